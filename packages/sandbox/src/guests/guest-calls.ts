import type { ExecutionError, JsonValue } from '@guildhall/contracts'
import { failure } from '../failure.ts'
import { createGate } from '../gate.ts'
import { HostileJsonError } from '../json-text.ts'
import { parseInTurns } from '../large-json.ts'
import type { RunLimits, ToolCaller, ToolResult } from '../run.ts'
import { CallFrame, callOf, FrameError, headOfCall, LARGE_CALL_CHARS, parseFrame } from './frames.ts'
import type { GuestProcess } from './guest-process.ts'

/** A guest that goes on this many times beyond a quota that already refused it is stopped. */
export const FLOOD_FACTOR = 10
/** Answers that a guest has not read yet. It has none of them in its own memory, so its limit does not count them. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024
/** Values take many times the memory of their text: only so many long calls of a run are read and served at the same time. */
const LARGE_CALLS_AT_ONCE = 4
/** Texts of long calls that wait meanwhile. */
const MAX_WAITING_CHARS = 32 * 1024 * 1024

export interface GuestCallsOptions {
  guest: Pick<GuestProcess, 'send' | 'backlogBytes'>
  tools: ToolCaller
  limits: RunLimits
  /** The run cannot go on. */
  onFatal(error: ExecutionError): void
  /** The guest broke the protocol, as was found later. */
  onViolation(error: FrameError | HostileJsonError): void
}

/** The calls of one guest, from its frames to the tools and back. See frames.ts, "Calls". */
export class GuestCalls {
  /** What calls were answered with that did not succeed. */
  readonly failedTypes = new Set<string>()
  private readonly options: GuestCallsOptions
  private readonly ending = new AbortController()
  private readonly passLarge = createGate(LARGE_CALLS_AT_ONCE)
  private waitingChars = 0
  private lastId = 0
  private open = 0
  private hasEnded = false

  constructor(options: GuestCallsOptions) {
    this.options = options
  }

  /** How many the guest has made. */
  get count(): number {
    return this.lastId
  }

  /** Nothing is served or answered any more. */
  end() {
    this.hasEnded = true
    // Where there was no call, nobody has the signal.
    if (this.lastId > 0) this.ending.abort()
  }

  /** Takes the text of one call frame. Throws FrameError and HostileJsonError. */
  take(text: string) {
    if (text.length > LARGE_CALL_CHARS) return this.takeLarge(text)
    const call = parseFrame(CallFrame, text)
    if (this.admit(call.id)) void this.answer(call)
  }

  /** A long one is read in turns; whether it comes in order is seen by its head at once. */
  private takeLarge(text: string) {
    const head = headOfCall(text)
    if (!this.admit(head.id)) return
    const refusal = this.isBeyondQuota(head.id) ? this.quotaRefusal(head.path) : this.waitingRefusal(text, head.path)
    if (refusal) return this.answered(head.id, refusal)
    this.waitingChars += text.length
    const work = this.passLarge(async () => {
      this.waitingChars -= text.length
      if (!this.hasEnded) await this.answer(callOf(await parseInTurns(text), head))
    })
    work.catch((error: unknown) => this.broken(error))
  }

  /** Counts a call that has come. False where it ends the run. Throws FrameError. */
  private admit(id: number): boolean {
    if (id !== this.lastId + 1) throw new FrameError('a call out of order')
    const { toolCalls, openCalls } = this.options.limits
    if (this.open >= openCalls) throw new FrameError(`more than ${openCalls} calls at once`)
    this.lastId = id
    this.open += 1
    const mostCalls = toolCalls * FLOOD_FACTOR
    if (id <= mostCalls) return true
    this.options.onFatal(failure('quota_exceeded', `The skill made more than ${mostCalls} calls and was stopped`))
    return false
  }

  private broken(error: unknown) {
    if (!(error instanceof FrameError || error instanceof HostileJsonError)) throw error
    if (!this.hasEnded) this.options.onViolation(error)
  }

  private async answer({ id, path, args, parts = false }: CallFrame) {
    let isAnswered = false
    const onPart = (part: JsonValue) => {
      if (!isAnswered) this.send('part', { id, part })
    }
    const result = this.isBeyondQuota(id)
      ? this.quotaRefusal(path)
      : await this.options.tools.call(path, args, this.ending.signal, parts ? onPart : undefined)
    isAnswered = true
    this.answered(id, result)
  }

  private answered(id: number, result: ToolResult) {
    this.open -= 1
    if (this.hasEnded) return
    if (!result.success) this.failedTypes.add(result.errorType)
    this.send('returned', { id, result })
  }

  private isBeyondQuota(id: number): boolean {
    return id > this.options.limits.toolCalls
  }

  private quotaRefusal(path: string): ToolResult {
    const { toolCalls } = this.options.limits
    return refused(`This run has used its ${toolCalls} calls (${path})`, 'Call less often')
  }

  private waitingRefusal({ length }: string, path: string): ToolResult | null {
    if (this.waitingChars + length <= MAX_WAITING_CHARS) return null
    const most = `${MAX_WAITING_CHARS / 1024 / 1024} million characters of arguments`
    return refused(`More than ${most} wait to be read (${path})`, 'Wait for answers between calls that pass much')
  }

  private send(name: 'part' | 'returned', frame: object) {
    if (this.hasEnded) return
    this.options.guest.send(name, JSON.stringify(frame))
    if (this.options.guest.backlogBytes() > MAX_BACKLOG_BYTES)
      this.options.onFatal(failure('quota_exceeded', 'The skill does not take the answers to its calls'))
  }
}

function refused(error: string, recoveryOption: string): ToolResult {
  const metadata = { durationMs: 0 }
  return { success: false, error, errorType: 'quota_exceeded', recoveryOptions: [recoveryOption], metadata }
}
