import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The Node that the project brings, whichever runs the tests. */
export const nodeBinary = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')

const fileAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const serverEntry = fileAt('../../server/src/processes/all.ts')
const cliEntry = fileAt('../src/main.ts')
/** What `npx guildhall` starts. */
export const cliBinary = fileAt('../bin/guildhall.mjs')

/** Only what a test says, not what the machine happens to have. */
const environment = (more: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '',
  NODE_ENV: 'production',
  ...more,
})

const SERVER_START_MS = 60_000

export interface ServerProcess {
  url: string
  stop: () => Promise<void>
}

/** Starts the real server on a free port and waits for its ready line. */
export async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(nodeBinary, [serverEntry], { env: environment({ PORT: '0', ...env }) })
  let output = ''
  const ready = Promise.withResolvers<string>()
  const look = (chunk: Buffer) => {
    output += chunk.toString()
    const url = /Guildhall is ready at (http:\/\/\S+)/.exec(output)?.[1]
    if (url !== undefined) ready.resolve(url)
  }
  child.stdout.on('data', look)
  child.stderr.on('data', look)
  child.on('exit', (code) => ready.reject(new Error(`the server ended with ${code} before it was ready:\n${output}`)))
  const timer = setTimeout(
    () => ready.reject(new Error(`the server was not ready in time:\n${output}`)),
    SERVER_START_MS,
  )
  try {
    const url = await ready.promise
    return { url, stop: () => end(child) }
  } catch (error) {
    await end(child)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await ended
  clearTimeout(timer)
}

export interface CliResult {
  code: number | null
  out: string
  err: string
}

export interface CliOptions {
  cwd: string
  env: Record<string, string>
  stdin?: string
  /** Sees standard output as it grows; may send a signal to the process. */
  onOutput?: (out: string, child: ChildProcessWithoutNullStreams) => void
  /** The file to start, the sources by default. */
  entry?: string
  /** The Node to start it with, that of the project by default. */
  node?: string
  /** Arguments for Node itself. */
  nodeArguments?: readonly string[]
}

/** Runs one command line as a real process. */
export async function runCommand(argv: readonly string[], options: CliOptions): Promise<CliResult> {
  const env = environment(options.env)
  const child = spawn(nodeBinary, [...(options.nodeArguments ?? []), options.entry ?? cliEntry, ...argv], {
    cwd: options.cwd,
    env,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    options.onOutput?.(out, child)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin ?? '')
  const closed = Promise.withResolvers<number | null>()
  child.on('close', (code) => closed.resolve(code))
  child.on('error', (error) => closed.reject(error))
  return { code: await closed.promise, out, err }
}
