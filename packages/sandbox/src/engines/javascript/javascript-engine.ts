import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineStatus, IsolationLevel } from '@guildhall/contracts'
import { failure } from '../../failure.ts'
import { createGuestPool, type GuestPool } from '../../guests/guest-pool.ts'
import type { GuestProcess } from '../../guests/guest-process.ts'
import { runSession } from '../../guests/session.ts'
import { makeSandboxDir } from '../../isolation/host-mark.ts'
import { chooseWalls, type IsolationWanted } from '../../isolation/walls.ts'
import { defaultRunLimits, noUsage, processClock } from '../../run.ts'
import type { Engine, MonotonicClock, RunLimits, RunOutcome, RunRequest } from '../../run.ts'
import { findDenoBinary } from './deno-binary.ts'
import { denoImage } from './deno-image.ts'
import { PackageNotRunnableError, readPackageModules, type PackageModules } from './package-modules.ts'

export interface JavascriptEngineOptions {
  /** Default: the process's own monotonic clock. */
  clock?: MonotonicClock
  /** Processes kept waiting, each about 60 MiB. Default 2; 0 starts each one when it is needed. */
  poolSize?: number
  /** The most that a run may be allowed. Default 256 MiB. */
  maxMemoryBytes?: number
  /** Default `auto`. */
  isolation?: IsolationWanted
}

interface Prepared {
  pool: GuestPool
  homeDir: string
  isolation: IsolationLevel
  message: string
}

async function prepare(options: JavascriptEngineOptions): Promise<Prepared> {
  const denoPath = findDenoBinary()
  const homeDir = await makeSandboxDir()
  await mkdir(join(homeDir, 'deno'))
  await mkdir(join(homeDir, 'empty'), { mode: 0o500 })
  const maxMemoryBytes = options.maxMemoryBytes ?? defaultRunLimits.memoryBytes
  // V8 must feel the limit in time to collect its garbage, but reach it after the watchdog: near its limit it is slow, not dead.
  const heapMegabytes = Math.max(32, Math.floor(maxMemoryBytes / 1024 / 1024) - 48)
  try {
    const deno = { denoPath, homeDir, heapMegabytes, memoryBytes: maxMemoryBytes }
    const walls = await chooseWalls(denoImage(deno, 'watchdog'), options.isolation ?? 'auto')
    const isHeldBySystem = walls.level !== 'L1' && walls.enforcesMemory
    const image = denoImage(deno, isHeldBySystem ? 'main' : 'watchdog')
    const pool = createGuestPool({ enclose: () => walls.enclose(image), size: options.poolSize ?? 2 })
    await pool.fill()
    const message = ['Deno without permissions', walls.message].filter((part) => part !== '').join(', ')
    return { pool, homeDir, isolation: walls.level, message }
  } catch (error) {
    await rm(homeDir, { recursive: true, force: true })
    throw error
  }
}

function failed(error: unknown): RunOutcome {
  const message = error instanceof Error ? error.message : 'unknown reason'
  const errorType = error instanceof PackageNotRunnableError ? 'skill_error' : 'sandbox_error'
  return { status: 'failed', error: failure(errorType, message), usage: noUsage }
}

/** The stack without the lines of our own code around the skill's. */
function stackOfSkill(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/(data:application\/javascript|ext:|\/(guest\/code|javascript\/guest)\/)/.test(line))
    .join('\n')
}

/** JavaScript in Deno without permissions, in a process that is used once. See docs/decisions/0020-javascript-engine.md. */
export function createJavascriptEngine(options: JavascriptEngineOptions): Engine {
  return new JavascriptEngine(options)
}

class JavascriptEngine implements Engine {
  readonly kind = 'javascript'
  private readonly options: JavascriptEngineOptions
  private readonly running = new Set<Promise<unknown>>()
  private readonly dying = new Set<Promise<unknown>>()
  private readonly closing = new AbortController()
  private prepared: Promise<Prepared> | null = null

  constructor(options: JavascriptEngineOptions) {
    this.options = options
  }

  async status(): Promise<EngineStatus> {
    try {
      const { isolation, message } = await this.ready()
      return { kind: 'javascript', runnable: true, isolation, message }
    } catch (error) {
      const message = error instanceof Error ? error.message : 'The engine does not start'
      return { kind: 'javascript', runnable: false, isolation: null, message }
    }
  }

  async run(request: RunRequest): Promise<RunOutcome> {
    if (this.closing.signal.aborted) return failed(new Error('The sandbox is closed'))
    const signal = AbortSignal.any([request.signal, this.closing.signal])
    const run = this.runOnce({ ...request, signal })
    this.running.add(run)
    const outcome = await run
    this.running.delete(run)
    const isInterrupted = outcome.status === 'cancelled' && !request.signal.aborted
    if (!isInterrupted) return outcome
    return { status: 'failed', error: failure('interrupted', 'The server is stopping'), usage: outcome.usage }
  }

  async close(): Promise<void> {
    this.closing.abort()
    await Promise.all(this.running)
    await Promise.all(this.dying)
    const opened = await this.prepared?.catch(() => null)
    if (!opened) return
    this.prepared = null
    await opened.pool.close()
    await rm(opened.homeDir, { recursive: true, force: true })
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

  private async runOnce(request: RunRequest): Promise<RunOutcome> {
    let code: PackageModules
    let guest: GuestProcess
    try {
      code = readPackageModules(request.files, request.entry)
      guest = await (await this.ready()).pool.take()
    } catch (error) {
      return failed(error)
    }
    const { clock = processClock } = this.options
    const outcome = await runSession({
      guest,
      request,
      limits: this.limitsOf(request),
      program: { ...code },
      stackOfSkill,
      clock,
    })
    this.reap(guest)
    return outcome
  }

  /** The result does not wait the few milliseconds that the end of a process takes; closing does. */
  private reap(guest: GuestProcess) {
    const end = guest.kill()
    this.dying.add(end)
    void end.then(() => this.dying.delete(end))
  }
}
