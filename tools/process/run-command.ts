import { spawn, type StdioOptions } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { performance } from 'node:perf_hooks'

/** The repository's root. */
export const repositoryRoot = join(import.meta.dirname, '../..')

/** A program to run in the repository's root; `environment` is added to ours, `undefined` removes a variable. */
export interface Command {
  program: string
  parameters: readonly string[]
  environment?: Readonly<Record<string, string | undefined>>
  /** `show` lets it write to our terminal, `keep` collects both streams in the outcome. */
  output: 'show' | 'keep'
  signal?: AbortSignal
}

/** How a command ended; a program that could not be started or was killed has exit code 127 or 128. */
export interface Outcome {
  exitCode: number
  output: string
  wallMs: number
}

/** The environment for our own tools: Node 24 of node_modules/.bin first in PATH. */
export function toolEnvironment(added: Command['environment'] = {}): NodeJS.ProcessEnv {
  const path = [join(repositoryRoot, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
  return { ...process.env, PATH: path, ...added }
}

/** Runs a command to its end. Never throws for what the command does: that is in the outcome. */
export function runCommand(command: Command): Promise<Outcome> {
  const startedMs = performance.now()
  const stdio: StdioOptions = command.output === 'show' ? 'inherit' : ['ignore', 'pipe', 'pipe']
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const end = (exitCode: number, reason = ''): void =>
      resolve({
        exitCode,
        output: Buffer.concat(chunks).toString('utf8') + reason,
        wallMs: performance.now() - startedMs,
      })
    const child = spawn(command.program, command.parameters, {
      cwd: repositoryRoot,
      env: toolEnvironment(command.environment),
      stdio,
      ...(command.signal ? { signal: command.signal } : {}),
    })
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', (error) => end(127, `${command.program}: ${error.message}\n`))
    child.once('close', (exitCode, signal) =>
      end(exitCode ?? 128, signal ? `${command.program}: ended by ${signal}\n` : ''),
    )
  })
}

/** Our own Node running a script of the repository, given as a path from its root. */
export function nodeScript(script: string, ...parameters: readonly string[]): Pick<Command, 'program' | 'parameters'> {
  return { program: process.execPath, parameters: [join(repositoryRoot, script), ...parameters] }
}

/** `3.2 s` */
export function seconds(wallMs: number): string {
  return `${(wallMs / 1000).toFixed(1)} s`
}
