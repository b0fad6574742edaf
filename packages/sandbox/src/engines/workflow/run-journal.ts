import type { JsonValue } from '@guildhall/contracts'
import type { LogLevel, RunLimits, RunRequest } from '../../run.ts'
import { RunFailure } from './step-failure.ts'

const MAX_LINE_CHARS = 8192

/** What a run tells while it goes on: log lines and chunks, within its limits. */
export class RunJournal {
  private readonly request: RunRequest
  private readonly limits: RunLimits
  private lines = 0
  /** Of all chunks so far. */
  streamBytes = 0

  constructor(request: RunRequest, limits: RunLimits) {
    this.request = request
    this.limits = limits
  }

  /** Lines beyond the limit are dropped with one notice. */
  log(level: LogLevel, line: string) {
    const { logLines } = this.limits
    this.lines += 1
    if (this.lines <= logLines) this.request.onLog(level, line.slice(0, MAX_LINE_CHARS))
    else if (this.lines === logLines + 1)
      this.request.onLog('warn', `Log lines after the first ${logLines} are dropped`)
  }

  /** Throws RunFailure beyond the limit. */
  stream(chunk: JsonValue, sizeBytes: number) {
    const { streamBytes } = this.limits
    this.streamBytes += sizeBytes
    if (this.streamBytes > streamBytes)
      throw new RunFailure('output_limit', `The workflow streamed more than ${streamBytes} bytes and was stopped`)
    this.request.onStream(chunk)
  }
}
