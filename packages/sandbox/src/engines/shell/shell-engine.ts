import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineStatus } from '@guildhall/contracts'
import { failure } from '../../failure.ts'
import { makeSandboxDir } from '../../isolation/host-mark.ts'
import { defaultRunLimits, noUsage, processClock } from '../../run.ts'
import type { Engine, MonotonicClock, RunLimits, RunOutcome, RunRequest } from '../../run.ts'
import { prepareBubblewrapScripts } from './bubblewrap-scripts.ts'
import { type DockerScriptsOptions, prepareDockerScripts } from './docker-scripts.ts'
import { runScript } from './run-script.ts'
import { NotAScriptError, scriptCommand } from './script-command.ts'
import type { ScriptHost } from './script-host.ts'
import { readScriptInput, scriptEnv, ScriptInputError } from './script-input.ts'
import { writePackage } from './write-package.ts'

export interface ShellEngineOptions {
  /** Default: the process's own monotonic clock. */
  clock?: MonotonicClock
  /** The most that a script, with all it starts, may be allowed. Default 256 MiB. */
  maxMemoryBytes?: number
  /** Runs scripts in containers where this engine works. Default: bubblewrap. */
  docker?: DockerScriptsOptions
}

interface Prepared {
  host: ScriptHost
  message: string
  homeDir: string
}

async function chooseHost(
  options: ShellEngineOptions,
  homeDir: string,
): Promise<{ host: ScriptHost; message: string }> {
  const maxMemoryBytes = options.maxMemoryBytes ?? defaultRunLimits.memoryBytes
  const bubblewrap = () => prepareBubblewrapScripts(homeDir, maxMemoryBytes)
  if (!options.docker) {
    const host = await bubblewrap()
    return { host, message: host.message }
  }
  try {
    const host = await prepareDockerScripts(options.docker, maxMemoryBytes)
    return { host, message: host.message }
  } catch (error) {
    const host = await bubblewrap()
    return { host, message: `${host.message}, without Docker (${messageOf(error)})` }
  }
}

async function prepare(options: ShellEngineOptions): Promise<Prepared> {
  const homeDir = await makeSandboxDir()
  try {
    await mkdir(join(homeDir, 'empty'), { mode: 0o500 })
    return { ...(await chooseHost(options, homeDir)), homeDir }
  } catch (error) {
    await rm(homeDir, { recursive: true, force: true })
    throw error
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown reason')

function failed(error: unknown): RunOutcome {
  if (error instanceof ScriptInputError)
    return { status: 'failed', error: failure('input_invalid', error.message), usage: noUsage }
  const errorType = error instanceof NotAScriptError ? 'skill_error' : 'sandbox_error'
  return { status: 'failed', error: failure(errorType, messageOf(error)), usage: noUsage }
}

/**
 * Scripts of bundles, in bubblewrap (L2) or a container (L3); where neither holds, nothing runs. The entry is the script's path, the input
 * `{ args?, stdin? }`, the result `{ exitCode, stdout, stderr }`. The script stands in the workspace of the run, which it may
 * write to, and finds its package read-only in /skill. It has no network and no tools.
 */
export function createShellEngine(options: ShellEngineOptions = {}): Engine {
  return new ShellEngine(options)
}

class ShellEngine implements Engine {
  readonly kind = 'shell'
  private readonly options: ShellEngineOptions
  private readonly running = new Set<Promise<unknown>>()
  private readonly closing = new AbortController()
  private prepared: Promise<Prepared> | null = null
  private runs = 0

  constructor(options: ShellEngineOptions) {
    this.options = options
  }

  async status(): Promise<EngineStatus> {
    try {
      const { host, message } = await this.ready()
      return { kind: 'shell', runnable: true, isolation: host.level, message: `Scripts ${message}` }
    } catch (error) {
      return { kind: 'shell', runnable: false, isolation: null, message: `Scripts are refused: ${messageOf(error)}` }
    }
  }

  async run(request: RunRequest): Promise<RunOutcome> {
    if (this.closing.signal.aborted) return failed(new Error('The sandbox is closed'))
    const run = this.runOnce({ ...request, signal: AbortSignal.any([request.signal, this.closing.signal]) })
    this.running.add(run)
    const outcome = await run.catch(failed)
    this.running.delete(run)
    const isInterrupted = outcome.status === 'cancelled' && !request.signal.aborted
    if (!isInterrupted) return outcome
    return { status: 'failed', error: failure('interrupted', 'The server is stopping'), usage: outcome.usage }
  }

  async close(): Promise<void> {
    this.closing.abort()
    await Promise.allSettled(this.running)
    const opened = await this.prepared?.catch(() => null)
    this.prepared = null
    if (opened) await rm(opened.homeDir, { recursive: true, force: true })
  }

  private ready(): Promise<Prepared> {
    if (this.prepared) return this.prepared
    const preparing = prepare(this.options)
    this.prepared = preparing
    // A machine that was too busy to start a guest may manage later.
    preparing.catch(() => {
      this.prepared = null
    })
    return preparing
  }

  private limitsOf(request: RunRequest): RunLimits {
    const limits = { ...defaultRunLimits, ...request.limits }
    const maxMemoryBytes = this.options.maxMemoryBytes ?? defaultRunLimits.memoryBytes
    return { ...limits, memoryBytes: Math.min(limits.memoryBytes, maxMemoryBytes) }
  }

  /** Rejects where the request is no script, or where the walls cannot be put up. */
  private async runOnce(request: RunRequest): Promise<RunOutcome> {
    const command = scriptCommand(request.files, request.entry)
    const { args, stdin } = readScriptInput(request.input)
    const env = scriptEnv(request.env)
    const { host, homeDir } = await this.ready()
    const runDir = join(homeDir, `run-${this.runs++}`)
    const packageDir = join(runDir, 'package')
    const workspaceDir = request.workspaceDir ?? join(runDir, 'workspace')
    try {
      await mkdir(join(runDir, 'workspace'), { recursive: true })
      await writePackage(packageDir, request.files)
      if (request.signal.aborted) return { status: 'cancelled', usage: noUsage }
      const limits = this.limitsOf(request)
      const script = {
        ...command,
        entry: request.entry,
        args,
        stdin,
        env,
        packageDir,
        borrowedDir: join(runDir, 'borrowed'),
        workspaceDir,
      }
      const enclosure = await host.enclose(script, limits)
      const { clock = processClock } = this.options
      return await runScript({ enclosure, stdin, limits, signal: request.signal, clock })
    } finally {
      await rm(runDir, { recursive: true, force: true })
    }
  }
}
