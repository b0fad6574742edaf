import type { ExecutionError, ExecutionUsage, JsonValue } from '@guildhall/contracts'
import type { PlannedCall, Template } from '@guildhall/skill-format/workflow'
import { failure } from '../../failure.ts'
import type { MonotonicClock, RunLimits, RunOutcome, RunRequest } from '../../run.ts'
import { ValueScale, ValueTooLargeError } from '../../expression/value-size.ts'
import { isFalse, type Value, ValueError } from '../../expression/value.ts'
import { WorkLimitError, WorkMeter } from '../../expression/work-meter.ts'
import { renderTemplate } from './render-template.ts'
import { RunJournal } from './run-journal.ts'
import { rootOf, type RunScope } from './run-scope.ts'
import { RunFailure, StepFailure } from './step-failure.ts'
import { templateWork } from './template-work.ts'
import { UndoList } from './undo-list.ts'

/** Steps and items of lists that one run may do altogether. */
const MAX_STEPS_PER_RUN = 20_000

export interface RunStateOptions {
  request: RunRequest
  limits: RunLimits
  clock: MonotonicClock
}

/** How a run ends, without what it used. */
export type Ending =
  | { status: 'succeeded'; output: JsonValue }
  | { status: 'cancelled' }
  | { status: 'failed' | 'timed_out'; error: ExecutionError }

/** How a call is made. */
export interface CallOptions {
  /** Hears of parts as they come; only where the step streams. */
  onPart: ((part: JsonValue) => void) | undefined
  /** Undoing does not stop at the quota of calls. */
  isFree: boolean
}

/** What the steps of one run share: its limits, what it has used up, and why it ends. */
export class RunState {
  readonly journal: RunJournal
  readonly undo = new UndoList()
  private readonly options: RunStateOptions
  private readonly meter = new WorkMeter(templateWork)
  private readonly scale = new ValueScale(this.meter)
  private readonly stopping = new AbortController()
  private readonly startedMs: number
  /** Why the run was stopped before its end, if it was. */
  stopped: Ending | null = null
  private templateMs = 0
  private steps = 0
  private toolCalls = 0
  private openCalls = 0
  private readonly queue: (() => void)[] = []
  private heldBytes = 0
  private peakBytes = 0
  private outputBytes = 0

  constructor(options: RunStateOptions) {
    this.options = options
    this.startedMs = options.clock.nowMs()
    this.journal = new RunJournal(options.request, options.limits)
  }

  /** The value of a template; rejects with StepFailure for what its author can mend, and with RunFailure. */
  async render(template: Template, scope: RunScope, where: string): Promise<Value> {
    const startedMs = this.options.clock.nowMs()
    try {
      return renderTemplate(template, rootOf(scope), this.meter)
    } catch (error) {
      if (error instanceof ValueError) throw new StepFailure('skill_error', `${where}: ${error.message}`)
      if (error instanceof WorkLimitError) throw new RunFailure('quota_exceeded', `${where}: ${error.message}`)
      throw error
    } finally {
      this.templateMs += this.options.clock.nowMs() - startedMs
      await this.meter.rest()
    }
  }

  /** Whether a condition is true; rejects as `render` does. */
  async holds(condition: Template, scope: RunScope, where: string): Promise<boolean> {
    const value = await this.render(condition, scope, where)
    this.meter.begin()
    return !isFalse(value, this.meter)
  }

  /** Counts a value as kept until the end of the run. Its size, in bytes of JSON. Rejects with RunFailure. */
  async keep(value: JsonValue): Promise<number> {
    const { memoryBytes, frameBytes } = this.options.limits
    const size = await this.measured(value, frameBytes)
    this.heldBytes += size.memoryBytes
    this.peakBytes = Math.max(this.peakBytes, this.heldBytes)
    if (this.heldBytes > memoryBytes)
      throw new RunFailure('memory_limit', `The results of the steps take more than ${memoryBytes} bytes of memory`)
    return size.bytes
  }

  /** Throws RunFailure after too many. */
  countStep() {
    this.steps += 1
    if (this.steps > MAX_STEPS_PER_RUN)
      throw new RunFailure('quota_exceeded', `A run may do ${MAX_STEPS_PER_RUN} steps, items included`)
  }

  /** Makes a call and waits for its answer. Rejects with StepFailure, also as soon as the signal aborts. */
  async call({ tool }: PlannedCall, args: JsonValue, signal: AbortSignal, options: CallOptions): Promise<JsonValue> {
    const { request, limits } = this.options
    this.toolCalls += 1
    if (this.toolCalls > limits.toolCalls && !options.isFree)
      throw new StepFailure('quota_exceeded', `This run has used its ${limits.toolCalls} calls (${tool})`)
    await this.measured(args, limits.frameBytes)
    await this.place()
    try {
      if (signal.aborted) throw new StepFailure('cancelled', 'it was stopped')
      const result = await untilAborted(request.tools.call(tool, args, signal, options.onPart), signal)
      if (result.success) return result.data
      throw new StepFailure(result.errorType, result.error)
    } finally {
      this.openCalls -= 1
      this.queue.shift()?.()
    }
  }

  /** The size of a value in bytes of JSON, without keeping it. */
  async sizeOf(value: JsonValue): Promise<number> {
    return (await this.measured(value, this.options.limits.frameBytes)).bytes
  }

  /** Aborts when the run is stopped. */
  get signal(): AbortSignal {
    return this.stopping.signal
  }

  /** Ends the run; only the first reason counts. */
  stop(ending: Ending) {
    this.stopped ??= ending
    this.stopping.abort()
  }

  /** Streams a part of an answer; where that is too much, the run stops. Never throws. */
  streamPart(part: JsonValue) {
    if (this.stopped !== null) return
    try {
      this.journal.stream(part, Buffer.byteLength(JSON.stringify(part)))
    } catch (error) {
      if (!(error instanceof RunFailure)) throw error
      this.stop({ status: 'failed', error: failure(error.errorType, error.message) })
    }
  }

  /** The end of a run that gives this. Rejects with RunFailure where that is too much. */
  async finish(output: JsonValue): Promise<Ending> {
    const { outputBytes } = this.options.limits
    try {
      this.outputBytes = (await this.scale.measure(output, outputBytes)).bytes
      return { status: 'succeeded', output }
    } catch (error) {
      if (!(error instanceof ValueTooLargeError)) throw asRunFailure(error)
      throw new RunFailure('output_limit', `The result cannot be taken: ${error.message}`)
    }
  }

  private async measured(value: JsonValue, mostBytes: number) {
    try {
      return await this.scale.measure(value, mostBytes)
    } catch (error) {
      if (error instanceof ValueTooLargeError)
        throw new StepFailure('too_large', `a value is too large: ${error.message}`)
      throw asRunFailure(error)
    }
  }

  /** Waits until fewer calls than allowed are open. */
  private async place() {
    this.openCalls += 1
    if (this.openCalls <= this.options.limits.openCalls) return
    await new Promise<void>((resolve) => this.queue.push(resolve))
  }

  /** The outcome, with what the run used. */
  outcome(ending: Ending): RunOutcome {
    const { request, clock } = this.options
    const usage: ExecutionUsage = {
      ...request.tools.used(),
      durationMs: clock.nowMs() - this.startedMs,
      cpuMs: this.templateMs,
      peakMemoryBytes: this.peakBytes,
      toolCalls: this.toolCalls,
      outputBytes: this.outputBytes + this.journal.streamBytes,
    }
    return { ...ending, usage }
  }
}

function asRunFailure(error: unknown): unknown {
  return error instanceof WorkLimitError ? new RunFailure('quota_exceeded', error.message) : error
}

/** Tools are told to stop, but the run does not wait until they have. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>()
  const onAbort = () => stopped.reject(new StepFailure('cancelled', 'it was stopped'))
  // The tool itself may have led to it while it was called.
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  work.catch(() => {})
  return Promise.race([work, stopped.promise]).finally(() => signal.removeEventListener('abort', onAbort))
}
