import type { ExecutionError, JsonValue } from '@guildhall/contracts'
import { failure } from '../failure.ts'
import type { RunLimits, ToolCaller, ToolResult } from '../run.ts'
import { CallFrame, FrameError, parseFrame } from './frames.ts'
import type { GuestProcess } from './guest-process.ts'

/** A guest that goes on this many times beyond a quota that already refused it is stopped. */
export const FLOOD_FACTOR = 10
/** Answers that a guest has not read yet. It has none of them in its own memory, so its limit does not count them. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024

export interface GuestCallsOptions {
  guest: Pick<GuestProcess, 'send' | 'backlogBytes'>
  tools: ToolCaller
  limits: RunLimits
  /** The run cannot go on. */
  onFatal(error: ExecutionError): void
}

/** The calls of one guest, from its frames to the tools and back. See frames.ts, "Calls". */
export class GuestCalls {
  /** What calls were answered with that did not succeed. */
  readonly failedTypes = new Set<string>()
  private readonly options: GuestCallsOptions
  private readonly ending = new AbortController()
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
    const { id, path, args, parts = false } = parseFrame(CallFrame, text)
    if (id !== this.lastId + 1) throw new FrameError('a call out of order')
    const { toolCalls, openCalls } = this.options.limits
    if (this.open >= openCalls) throw new FrameError(`more than ${openCalls} calls at once`)
    this.lastId = id
    this.open += 1
    const mostCalls = toolCalls * FLOOD_FACTOR
    if (id > mostCalls)
      return this.options.onFatal(
        failure('quota_exceeded', `The skill made more than ${mostCalls} calls and was stopped`),
      )
    void this.answer(id, path, { args, parts })
  }

  private async answer(id: number, path: string, { args, parts }: { args: JsonValue; parts: boolean }) {
    let isAnswered = false
    const onPart = (part: JsonValue) => {
      if (!isAnswered) this.send('part', { id, part })
    }
    const result =
      id > this.options.limits.toolCalls
        ? this.refuse(path)
        : await this.options.tools.call(path, args, this.ending.signal, parts ? onPart : undefined)
    isAnswered = true
    this.open -= 1
    if (this.hasEnded) return
    if (!result.success) this.failedTypes.add(result.errorType)
    this.send('returned', { id, result })
  }

  private refuse(path: string): ToolResult {
    return {
      success: false,
      error: `This run has used its ${this.options.limits.toolCalls} calls (${path})`,
      errorType: 'quota_exceeded',
      recoveryOptions: ['Call less often'],
      metadata: { durationMs: 0 },
    }
  }

  private send(name: 'part' | 'returned', frame: object) {
    if (this.hasEnded) return
    this.options.guest.send(name, JSON.stringify(frame))
    if (this.options.guest.backlogBytes() > MAX_BACKLOG_BYTES)
      this.options.onFatal(failure('quota_exceeded', 'The skill does not take the answers to its calls'))
  }
}
