import { ToolFailure } from '../broker/tool.ts'
import { type JobName, type JobPayload, JobReply } from './job.ts'
import { MessageError } from './message.ts'
import { startWorkshopProcess, WorkshopEnded, workshopLimits, type WorkshopProcess } from './workshop-process.ts'

/**
 * Where work on files of strangers is done: in a process of its own, because a PDF, an archive or an image may be made to hang, to
 * eat memory or to break the program that reads it. One process at a time, which works for one run and ends with it.
 */
export interface Workshop {
  /** Does a job. The process is killed when the signal aborts, whether or not the job was over. Rejects with ToolFailure. */
  run(job: JobName, payload: JobPayload, signal: AbortSignal): Promise<JobPayload>
}

function parseReply(text: string): JobReply {
  try {
    return JobReply.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error('a workshop process answered what it may not', { cause })
  }
}

function explainEnd(error: unknown, signal: AbortSignal): unknown {
  // The broker tells why; this one only stops the work.
  if (signal.aborted) return new ToolFailure('cancelled', 'The run has ended')
  if (error instanceof MessageError) return new ToolFailure('too_large', 'The result is too large')
  if (!(error instanceof WorkshopEnded)) return error
  const limit = `${workshopLimits.memoryBytes / 1024 / 1024} MiB`
  return error.reason === 'memory'
    ? new ToolFailure('too_large', `The work needs more than ${limit} of memory`, {
        recoveryOptions: ['Use a smaller file'],
      })
    : new ToolFailure('tool_error', 'The work broke off: the file cannot be worked on', {
        recoveryOptions: ['Use another file'],
      })
}

/** Lets one after another in. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve()
  return function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }
}

/** A workshop for one run. It starts its process at the first job. */
export function createWorkshop(): Workshop {
  const enqueue = createQueue()
  let idle: WorkshopProcess | null = null

  async function perform(job: JobName, { value, blobs }: JobPayload, signal: AbortSignal): Promise<JobPayload> {
    if (signal.aborted) throw new ToolFailure('cancelled', 'The run has ended')
    const own = idle !== null && !idle.hasEnded ? idle : startWorkshopProcess()
    idle = null
    let isDone = false
    // Also later, when the run ends: unless another job has taken the process, whose own signal ends it then.
    const onAbort = () => {
      if (isDone && idle !== own) return
      if (idle === own) idle = null
      own.kill()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const answer = await own.ask({ text: JSON.stringify({ job, value }), blobs })
      const reply = parseReply(answer.text)
      idle = own
      if (reply.ok) return { value: reply.value, blobs: answer.blobs }
      throw new ToolFailure(reply.errorType, reply.message, { recoveryOptions: reply.recoveryOptions })
    } catch (error) {
      if (error instanceof ToolFailure) throw error
      own.kill()
      throw explainEnd(error, signal)
    } finally {
      isDone = true
    }
  }

  return { run: (job, payload, signal) => enqueue(() => perform(job, payload, signal)) }
}
