import type { ExecutionError, JsonObject } from '@guildhall/contracts'
import { failure } from '../../failure.ts'
import { descendantPids } from '../../guests/resident-memory.ts'
import { startInside } from '../../isolation/start-inside.ts'
import { noUsage, type MonotonicClock, type RunLimits, type RunOutcome } from '../../run.ts'
import { type ScriptEnclosure, scriptLimits } from './script-host.ts'
import { isOverQuota } from './workspace-quota.ts'

const WATCH_EVERY_MS = 25
/** Walking the workspace costs more than reading a number. */
const QUOTA_EVERY = 4
const SIGNAL_EXIT = 128

export interface ScriptRun {
  enclosure: ScriptEnclosure
  stdin: string
  limits: RunLimits
  signal: AbortSignal
  clock: MonotonicClock
}

type Ending = { status: 'cancelled' } | { status: 'failed' | 'timed_out'; error: ExecutionError }

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}

/** Runs one script to its end. Nothing of it is left when this resolves. Never rejects for what the script does. */
export function runScript(run: ScriptRun): Promise<RunOutcome> {
  return new RunningScript(run).finish()
}

class RunningScript {
  private readonly run: ScriptRun
  private readonly child
  private readonly stdout: Buffer[] = []
  private readonly stderr: Buffer[] = []
  private readonly startedMs: number
  private outputBytes = 0
  private round = 0
  private ending: Ending | null = null
  private isWalking = false

  constructor(run: ScriptRun) {
    this.run = run
    this.startedMs = run.clock.nowMs()
    this.child = startInside(run.enclosure.line)
    this.child.stdout.on('data', (chunk: Buffer) => this.collect(this.stdout, chunk))
    this.child.stderr.on('data', (chunk: Buffer) => this.collect(this.stderr, chunk))
    // A script may end without reading what it was given.
    this.child.stdin.on('error', () => {})
    this.child.stdin.end(run.stdin)
  }

  async finish(): Promise<RunOutcome> {
    const { limits, signal, enclosure } = this.run
    const onAbort = () => this.end({ status: 'cancelled' })
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    const wall = setTimeout(() => this.timedOut(), limits.wallMs)
    const watch = setInterval(() => void this.watch(), WATCH_EVERY_MS)
    const exitCode = await this.exited()
    clearTimeout(wall)
    clearInterval(watch)
    signal.removeEventListener('abort', onAbort)
    const outcome = await this.outcome(exitCode)
    await enclosure.remove()
    return outcome
  }

  private exited(): Promise<number> {
    return new Promise((resolve) => {
      this.child.on('error', (error) => {
        if (this.child.pid !== undefined) return
        this.fail('sandbox_error', `The script could not be started: ${error.message}`)
        resolve(-1)
      })
      this.child.on('close', (code) => resolve(code ?? SIGNAL_EXIT))
    })
  }

  private collect(into: Buffer[], chunk: Buffer) {
    const { outputBytes } = this.run.limits
    this.outputBytes += chunk.byteLength
    if (this.outputBytes <= outputBytes) into.push(chunk)
    else this.fail('output_limit', `The script wrote more than ${outputBytes} bytes and was stopped`)
  }

  private async watch() {
    const { enclosure, limits } = this.run
    const { pid } = this.child
    if (pid === undefined || this.ending) return
    const { memoryBytes, isOutOfMemory } = enclosure.usage(pid)
    if (isOutOfMemory || memoryBytes > limits.memoryBytes * 1.1) return this.outOfMemory()
    // Where no group limits them, at least their number is seen.
    if (descendantPids(pid).length > scriptLimits.tasks * 2)
      return this.fail('quota_exceeded', `The script has more than ${scriptLimits.tasks} processes and was stopped`)
    this.round += 1
    if (this.round % QUOTA_EVERY === 0) await this.watchWorkspace()
  }

  private async watchWorkspace() {
    if (this.isWalking) return
    this.isWalking = true
    const isOver = await isOverQuota(this.run.enclosure.workspaceDir)
    this.isWalking = false
    if (isOver) this.fail('quota_exceeded', 'The script wrote more into its workspace than that may hold')
  }

  private outOfMemory() {
    const { memoryBytes } = this.run.limits
    this.fail('memory_limit', `The script used more than ${megabytes(memoryBytes)} of memory and was stopped`)
  }

  private timedOut() {
    const message = `The script took longer than ${this.run.limits.wallMs} ms and was stopped`
    this.end({ status: 'timed_out', error: failure('timeout', message) })
  }

  private fail(errorType: ExecutionError['errorType'], message: string) {
    this.end({ status: 'failed', error: failure(errorType, message) })
  }

  private end(ending: Ending) {
    if (this.ending) return
    this.ending = ending
    const { pid } = this.child
    try {
      if (pid !== undefined && this.child.exitCode === null) process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
    this.run.enclosure.kill()
  }

  private async outcome(exitCode: number): Promise<RunOutcome> {
    const { enclosure, clock } = this.run
    if (await enclosure.wasOutOfMemory()) this.outOfMemory()
    else if (await isOverQuota(enclosure.workspaceDir))
      this.fail('quota_exceeded', 'The script left more in its workspace than that may hold')
    const { cpuMs, peakMemoryBytes } = enclosure.usage(this.child.pid ?? -1)
    const usage = {
      ...noUsage,
      durationMs: clock.nowMs() - this.startedMs,
      cpuMs: Math.round(cpuMs),
      peakMemoryBytes,
      outputBytes: this.outputBytes,
    }
    if (this.ending) return { ...this.ending, usage }
    return { status: 'succeeded', output: this.output(exitCode), usage }
  }

  private output(exitCode: number): JsonObject {
    const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8')
    return { exitCode, stdout: text(this.stdout), stderr: text(this.stderr) }
  }
}
