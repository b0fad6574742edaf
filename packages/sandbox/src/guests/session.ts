import type { ExecutionError, ExecutionUsage, JsonObject, JsonValue } from '@guildhall/contracts'
import type * as z from 'zod'
import { failure } from '../failure.ts'
import { HostileJsonError, parseHostileJson } from '../json-text.ts'
import { toolErrorTypes, type MonotonicClock, type RunLimits, type RunOutcome, type RunRequest } from '../run.ts'
import {
  ErrorFrame,
  FrameError,
  LogFrame,
  OverflowFrame,
  parseFrame,
  UsageFrame,
  type GuestFrame,
  type GuestFrameName,
} from './frames.ts'
import { createFlowAccount, type FlowAccount } from './flow-account.ts'
import { FLOOD_FACTOR, GuestCalls } from './guest-calls.ts'
import type { GuestExit, GuestProcess } from './guest-process.ts'

const MEMORY_SAMPLE_MS = 25
const CANCEL_GRACE_MS = 100
const MAX_LOG_CHARS = 8192

export interface SessionOptions {
  guest: GuestProcess
  request: RunRequest
  /** Ends the run as `request.signal` does. */
  stopping: AbortSignal
  limits: RunLimits
  /** What the guest must know of the code beside entry, action, input and env; in the words of its engine. */
  program: JsonObject
  /** The part of a stack that is about the skill. */
  stackOfSkill(stack: string): string
  clock: MonotonicClock
}

type Ending = { status: RunOutcome['status']; output?: JsonValue; error?: ExecutionError }

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}

/** Runs one action in a guest that is ready. The guest still has to be killed afterwards. Never rejects for what the guest does. */
export function runSession(options: SessionOptions): Promise<RunOutcome> {
  return new Session(options).run()
}

/** A name that adds nothing to the message. */
function isPlainName(name: string | undefined): boolean {
  return name === undefined || name === 'Error' || name === 'ToolError'
}

class Session {
  private readonly options: SessionOptions
  private readonly ended = Promise.withResolvers<RunOutcome>()
  private readonly calls: GuestCalls
  private readonly flow: FlowAccount
  private readonly startedMs: number
  private hasEnded = false
  private isCancelling = false
  private grace: NodeJS.Timeout | undefined
  private streamBytes = 0
  private outputBytes = 0
  private logLines = 0
  private claimed: z.infer<typeof UsageFrame> | null = null
  private startedCpuMs = 0

  constructor(options: SessionOptions) {
    this.options = options
    this.startedMs = options.clock.nowMs()
    const { guest, limits } = options
    const { tools } = options.request
    this.calls = new GuestCalls({
      guest,
      tools,
      limits,
      onFatal: (error) => this.end({ status: 'failed', error }),
      onViolation: (error) => this.violated(error),
    })
    this.flow = createFlowAccount(limits.windowBytes, (bytes) => guest.send('credit', JSON.stringify({ bytes })))
  }

  async run(): Promise<RunOutcome> {
    const { guest, request, stopping, limits } = this.options
    const signals = [request.signal, stopping]
    if (signals.some(({ aborted }) => aborted)) this.end({ status: 'cancelled' })
    guest.listen(
      {
        onFrame: (frame) => this.onFrame(frame),
        onViolation: (error) => this.violated(error),
        onExit: (exit) => this.onExit(exit),
      },
      limits.frameBytes,
    )
    if (!this.hasEnded) this.start()
    // Asking the system takes a while, in which the guest has begun.
    guest.limitMemory(limits.memoryBytes)
    this.startedCpuMs = guest.usage().cpuMs
    const onAbort = () => this.cancel()
    for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true })
    const wall = setTimeout(() => this.timedOut(), limits.wallMs)
    const sampling = setInterval(() => this.sampleMemory(), MEMORY_SAMPLE_MS)
    const outcome = await this.ended.promise
    clearTimeout(wall)
    clearTimeout(this.grace)
    clearInterval(sampling)
    for (const signal of signals) signal.removeEventListener('abort', onAbort)
    return outcome
  }

  private start() {
    const { guest, request, limits, program } = this.options
    const { entry, action, input, env } = request
    const { memoryBytes, logLines, openCalls, windowBytes, streamBytes, toolCalls } = limits
    const mostWaitingCalls = toolCalls * FLOOD_FACTOR
    const told = { memoryBytes, logLines, openCalls, windowBytes, streamBytes, mostWaitingCalls }
    guest.send('run', JSON.stringify({ ...program, entry, action, input, env, ...told }))
  }

  /** The skill hears of it by `ctx.signal` and has a moment to leave things tidy; its calls are over at once. */
  private cancel() {
    if (this.isCancelling) return
    this.isCancelling = true
    this.calls.end()
    this.options.guest.send('abort', '{}')
    this.grace = setTimeout(() => this.end({ status: 'cancelled' }), CANCEL_GRACE_MS)
  }

  private end(ending: Ending) {
    if (this.hasEnded) return
    this.hasEnded = true
    const { status, output = null, error }: Ending = this.isCancelling ? { status: 'cancelled' } : ending
    this.calls.end()
    const usage = this.usage()
    if (status === 'succeeded') this.ended.resolve({ status, output, usage })
    else if (status === 'cancelled') this.ended.resolve({ status, usage })
    else
      this.ended.resolve({ status, usage, error: error ?? failure('sandbox_error', 'The run ended without a reason') })
  }

  /** What the walls do not know, the guest may claim. */
  private usage(): ExecutionUsage {
    const used = this.options.guest.usage()
    const cpuMs = used.cpuMs > 0 ? used.cpuMs - this.startedCpuMs : (this.claimed?.cpuMs ?? 0)
    return {
      ...this.options.request.tools.used(),
      durationMs: this.options.clock.nowMs() - this.startedMs,
      cpuMs: Math.max(0, Math.round(cpuMs)),
      peakMemoryBytes: used.peakMemoryBytes > 0 ? used.peakMemoryBytes : (this.claimed?.peakMemoryBytes ?? 0),
      toolCalls: this.calls.count,
      outputBytes: this.outputBytes + this.streamBytes,
    }
  }

  private fail(errorType: ExecutionError['errorType'], message: string) {
    this.end({ status: 'failed', error: failure(errorType, message) })
  }

  private timedOut() {
    const error = failure('timeout', `The run took longer than ${this.options.limits.wallMs} ms and was stopped`)
    this.end({ status: 'timed_out', error })
  }

  private outOfMemory() {
    this.fail(
      'memory_limit',
      `The run used more than ${megabytes(this.options.limits.memoryBytes)} of memory and was stopped`,
    )
  }

  private streamedTooMuch() {
    const { streamBytes } = this.options.limits
    this.fail('output_limit', `The skill streamed more than ${streamBytes} bytes and was stopped`)
  }

  private violated(error: Error) {
    this.fail('sandbox_error', `The sandbox was stopped because of ${error.message}`)
  }

  /** The second line behind the guest's own watchdog, and the first where its enclosure does not enforce the limit. */
  private sampleMemory() {
    const { memoryBytes, isOutOfMemory } = this.options.guest.usage()
    if (isOutOfMemory || memoryBytes > this.options.limits.memoryBytes * 1.1) this.outOfMemory()
  }

  private onExit({ code, signal, stderr }: GuestExit) {
    if (this.options.guest.usage().isOutOfMemory || /out of memory|heap limit/i.test(stderr)) this.outOfMemory()
    else this.fail('sandbox_error', `The sandbox process ended unexpectedly (${signal ?? `exit code ${code}`})`)
  }

  private readonly handlers: Record<GuestFrameName, (frame: GuestFrame) => void> = {
    ready: () => this.violated(new FrameError('a second ready frame')),
    violation: () => this.violated(new FrameError('a message that the guest does not know')),
    memory: () => this.outOfMemory(),
    overflow: (frame) => this.onOverflow(frame),
    usage: (frame) => {
      if (this.claimed !== null) throw new FrameError('a second usage frame')
      this.claimed = parseFrame(UsageFrame, frame.text)
    },
    call: (frame) => this.calls.take(frame.text),
    stream: (frame) => this.onStream(frame),
    log: (frame) => this.onLog(frame),
    done: (frame) => this.onDone(frame),
    error: (frame) => this.onError(frame),
  }

  private onFrame(frame: GuestFrame) {
    if (this.hasEnded) return
    try {
      this.handlers[frame.name](frame)
    } catch (error) {
      if (error instanceof FrameError || error instanceof HostileJsonError) this.violated(error)
      else throw error
    }
  }

  private onStream({ text, sizeBytes }: GuestFrame) {
    this.flow.arrived(sizeBytes)
    this.streamBytes += sizeBytes
    if (this.streamBytes > this.options.limits.streamBytes) return this.streamedTooMuch()
    const taken = () => this.flow.taken(sizeBytes)
    const taking = this.options.request.onStream(parseHostileJson(text))
    if (taking) taking.then(taken, taken)
    else taken()
  }

  private onLog({ text, sizeBytes }: GuestFrame) {
    this.flow.arrived(sizeBytes)
    this.flow.taken(sizeBytes)
    const { level, message } = parseFrame(LogFrame, text)
    const { logLines } = this.options.limits
    this.logLines += 1
    if (this.logLines <= logLines) this.options.request.onLog(level, message.slice(0, MAX_LOG_CHARS))
    else if (this.logLines === logLines + 1)
      this.options.request.onLog('warn', `Log lines after the first ${logLines} are dropped`)
    else if (this.logLines > (logLines + 1) * FLOOD_FACTOR)
      this.fail('output_limit', `The skill logged more than ${logLines * FLOOD_FACTOR} lines and was stopped`)
  }

  private onOverflow({ text }: GuestFrame) {
    if (parseFrame(OverflowFrame, text).what === 'chunks') return this.streamedTooMuch()
    const mostCalls = this.options.limits.toolCalls * FLOOD_FACTOR
    this.fail('quota_exceeded', `The skill made more than ${mostCalls} calls and was stopped`)
  }

  private onDone({ text, sizeBytes }: GuestFrame) {
    this.outputBytes = sizeBytes
    const { outputBytes } = this.options.limits
    if (sizeBytes > outputBytes)
      return this.fail('output_limit', `The result has ${sizeBytes} bytes; at most ${outputBytes} are allowed`)
    this.end({ status: 'succeeded', output: parseHostileJson(text) })
  }

  private onError({ text }: GuestFrame) {
    const { name, message, stack, errorType } = parseFrame(ErrorFrame, text)
    if (stack !== undefined)
      this.options.request.onLog('error', this.options.stackOfSkill(stack).slice(0, MAX_LOG_CHARS))
    this.fail(this.errorTypeOf(errorType), isPlainName(name) ? message : `${name}: ${message}`)
  }

  /** A guest may call its error what it likes; only what a call of this run really answered is believed. */
  private errorTypeOf(claimed: string | undefined): ExecutionError['errorType'] {
    if (claimed === undefined || !this.calls.failedTypes.has(claimed)) return 'skill_error'
    if (claimed === 'permission_denied' || claimed === 'quota_exceeded') return claimed
    return toolErrorTypes.some((known) => known === claimed) ? 'tool_error' : 'skill_error'
  }
}
