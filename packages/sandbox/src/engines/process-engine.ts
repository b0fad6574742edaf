import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EngineStatus, IsolationLevel, JsonObject } from '@guildhall/contracts'
import { failure } from '../failure.ts'
import { defaultRunLimits, noUsage, processClock } from '../run.ts'
import type { Engine, EngineKind, MonotonicClock, RunLimits, RunOutcome, RunRequest } from '../run.ts'
import type { GuestPool } from '../guests/guest-pool.ts'
import type { GuestProcess } from '../guests/guest-process.ts'
import { runSession } from '../guests/session.ts'

/** An engine that has found out what this machine can do. */
export interface PreparedEngine {
  pool: GuestPool
  isolation: IsolationLevel
  /** What runs the code and what stands around it, for people. */
  message: string
  /** What the empty engine takes more than others do; a run may use that much on top of its limit. Default 0. */
  extraMemoryBytes?: number
  /** The part of a stack that is about the skill. */
  stackOfSkill: (stack: string) => string
  /** Removes what is not the pool's. */
  remove(): Promise<void>
}

export interface ProcessEngineOptions {
  kind: EngineKind
  clock?: MonotonicClock | undefined
  /** The most that a run may be allowed. */
  maxMemoryBytes?: number | undefined
  /** Finds out what this machine can do. Rejects with the reason where it can do nothing; nothing is left behind then. */
  prepare(): Promise<PreparedEngine>
  /** What the guest must know of the package. Throws an error of class `PackageError` where it cannot be run. */
  programOf(request: RunRequest): JsonObject
  PackageError: new (message: string) => Error
}

/** An engine that runs each request in a guest process of its own, which it takes from a pool. */
export function createProcessEngine(options: ProcessEngineOptions): Engine {
  return new ProcessEngine(options)
}

class ProcessEngine implements Engine {
  readonly kind: EngineKind
  private readonly options: ProcessEngineOptions
  private readonly running = new Set<Promise<unknown>>()
  private readonly dying = new Set<Promise<unknown>>()
  private readonly closing = new AbortController()
  private prepared: Promise<PreparedEngine> | null = null

  constructor(options: ProcessEngineOptions) {
    this.kind = options.kind
    this.options = options
  }

  async status(): Promise<EngineStatus> {
    try {
      const { isolation, message } = await this.ready()
      return { kind: this.kind, runnable: true, isolation, message }
    } catch (error) {
      const message = error instanceof Error ? error.message : 'The engine does not start'
      return { kind: this.kind, runnable: false, isolation: null, message }
    }
  }

  async run(request: RunRequest): Promise<RunOutcome> {
    if (this.closing.signal.aborted) return this.failed(new Error('The sandbox is closed'))
    const run = this.runOnce(request)
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
    await opened.remove()
  }

  private failed(error: unknown): RunOutcome {
    const message = error instanceof Error ? error.message : 'unknown reason'
    const errorType = error instanceof this.options.PackageError ? 'skill_error' : 'sandbox_error'
    return { status: 'failed', error: failure(errorType, message), usage: noUsage }
  }

  private ready(): Promise<PreparedEngine> {
    if (this.prepared) return this.prepared
    const preparing = this.options.prepare()
    this.prepared = preparing
    // A machine that was too busy to start a guest may manage later.
    preparing.catch(() => {
      this.prepared = null
    })
    return preparing
  }

  private limitsOf(request: RunRequest, { extraMemoryBytes = 0 }: PreparedEngine): RunLimits {
    const limits = { ...defaultRunLimits, ...request.limits }
    const maxMemoryBytes = this.options.maxMemoryBytes ?? defaultRunLimits.memoryBytes
    return { ...limits, memoryBytes: Math.min(limits.memoryBytes, maxMemoryBytes) + extraMemoryBytes }
  }

  private async runOnce(request: RunRequest): Promise<RunOutcome> {
    let program: JsonObject
    let prepared: PreparedEngine
    let guest: GuestProcess
    try {
      program = this.options.programOf(request)
      prepared = await this.ready()
      guest = await prepared.pool.take()
    } catch (error) {
      return this.failed(error)
    }
    const { clock = processClock } = this.options
    const limits = this.limitsOf(request, prepared)
    const { stackOfSkill } = prepared
    const stopping = this.closing.signal
    const outcome = await runSession({ guest, request, stopping, limits, program, stackOfSkill, clock })
    this.reap(guest)
    return outcome
  }

  /** The result does not wait the few milliseconds that the end of a process takes, nor for the signal; closing does. */
  private reap(guest: GuestProcess) {
    const end = nextTurn().then(() => guest.kill())
    this.dying.add(end)
    void end.then(() => this.dying.delete(end))
  }
}
