import { ToolFailure } from '../broker/tool-failure.ts'
import { FloorClosed, type Floor } from './floor.ts'
import { type JobName, type JobPayload, JobReply } from './job.ts'
import { MessageError } from './message.ts'
import { workshopLimits } from './workshop-image.ts'
import { WorkshopEnded, type WorkshopProcess } from './workshop-process.ts'

/** The call that a job is done for. */
export interface JobCall {
  /** Ends the job, wherever it stands. */
  signal: AbortSignal
  /** Aborts when the run ends: until then its process may be kept. */
  runSignal: AbortSignal
  /** Hears whether the job waits for a process. */
  onWait?: (isWaiting: boolean) => void
}

/**
 * Where work on files of strangers is done: in a process of its own, because a PDF, an archive or an image may be made to hang, to
 * eat memory or to break the program that reads it. One process at a time, which works for one run only: what has read a stranger's
 * file is never given another tenant's.
 */
export interface Workshop {
  /** Does a job. The process is killed when the signal aborts before it is done. Rejects with ToolFailure. */
  run(job: JobName, payload: JobPayload, call: JobCall): Promise<JobPayload>
}

/** The workshop of a host that has none. */
export const noWorkshop: Workshop = {
  async run() {
    throw new ToolFailure('not_configured', 'Files cannot be worked on here: this host has no processes for it')
  },
}

function parseReply(text: string): JobReply {
  try {
    return JobReply.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error('a workshop process answered what it may not', { cause })
  }
}

const hasEnded = () => new ToolFailure('cancelled', 'The run has ended')

function explainEnd(error: unknown, signal: AbortSignal): unknown {
  // The broker tells why; this one only stops the work.
  if (signal.aborted) return hasEnded()
  if (error instanceof FloorClosed) return new ToolFailure('cancelled', 'The server is stopping')
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
export function createWorkshop(floor: Floor): Workshop {
  const enqueue = createQueue()
  let kept: WorkshopProcess | null = null

  async function takeProcess({ signal }: JobCall): Promise<WorkshopProcess> {
    if (kept !== null && floor.wake(kept)) return kept
    kept = await floor.start(signal)
    return kept
  }

  async function ask(own: WorkshopProcess, job: JobName, { value, blobs }: JobPayload): Promise<JobPayload> {
    const answer = await own.ask({ text: JSON.stringify({ job, value }), blobs })
    const reply = parseReply(answer.text)
    if (reply.ok) return { value: reply.value, blobs: answer.blobs }
    throw new ToolFailure(reply.errorType, reply.message, { recoveryOptions: reply.recoveryOptions })
  }

  async function workIn(own: WorkshopProcess, job: JobName, payload: JobPayload, call: JobCall): Promise<JobPayload> {
    const onAbort = () => own.kill()
    if (call.signal.aborted) onAbort()
    else call.signal.addEventListener('abort', onAbort, { once: true })
    try {
      const done = await ask(own, job, payload)
      floor.rest(own, call.runSignal)
      return done
    } catch (error) {
      // It says itself what is wrong with the file, so it is well; in every other case nobody knows how it is.
      if (error instanceof ToolFailure) floor.rest(own, call.runSignal)
      else own.kill()
      throw error
    } finally {
      call.signal.removeEventListener('abort', onAbort)
    }
  }

  async function perform(job: JobName, payload: JobPayload, call: JobCall): Promise<JobPayload> {
    const { signal, onWait = () => {} } = call
    try {
      if (signal.aborted) throw hasEnded()
      const own = await takeProcess(call)
      onWait(false)
      return await workIn(own, job, payload, call)
    } catch (error) {
      throw error instanceof ToolFailure ? error : explainEnd(error, signal)
    }
  }

  return {
    run(job, payload, call) {
      call.onWait?.(true)
      return enqueue(() => perform(job, payload, call))
    },
  }
}
