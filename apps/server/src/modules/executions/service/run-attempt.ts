import { setTimeout as sleep } from 'node:timers/promises'
import { interruptedError, tooManyEventsError } from '../rules.ts'
import { dropLease, type Ending } from '../store.ts'
import { type EndedRun, endExecution } from './end-execution.ts'
import { createEventWriter } from './event-writer.ts'
import type { ExecutionsContext } from './executions-deps.ts'
import { holdLease } from './hold-lease.ts'
import { type Attempt, performRun } from './perform-run.ts'
import { takeExecution } from './take-execution.ts'

const END_TRIES = 5
const END_RETRY_MS = 200

/** Why a run was stopped says how it ends; a run that ended by itself ends as it did. */
function settled(ending: Ending, { writer, lease }: Attempt): Ending | 'interrupted' {
  if (ending.status !== 'cancelled' || lease.cancelled.aborted) return ending
  if (writer.full.aborted) return { ...ending, status: 'failed', error: tooManyEventsError() }
  return 'interrupted'
}

async function finish(deps: ExecutionsContext, attempt: Attempt, performed: Ending): Promise<void> {
  const { claim, row, action } = attempt.taken
  const run = { claim, userId: row.userId, installationId: row.installationId }
  const ending = settled(performed, attempt)
  if (ending !== 'interrupted') return endPatiently(deps, run, ending)
  if (!action?.idempotent) return endPatiently(deps, run, { ...performed, status: 'failed', error: interruptedError() })
  await dropLease(deps.platform.database.q, claim)
  throw new Error('handed back: the server is stopping')
}

/** A run is too dear to lose its end over a database that was away for a moment. */
async function endPatiently(deps: ExecutionsContext, run: EndedRun, ending: Ending): Promise<void> {
  for (let tried = 1; tried < END_TRIES; tried += 1) {
    try {
      await endExecution(deps, run, ending)
      return
    } catch (error) {
      deps.platform.log.warn(
        { err: error, execution: run.claim.id },
        'the end of a run could not be written, will retry',
      )
      await sleep(END_RETRY_MS * tried)
    }
  }
  await endExecution(deps, run, ending)
}

/**
 * What the job does: takes the execution, runs it and writes down how it ended. When the server stops, a run that may be repeated
 * is handed back by throwing, so that the job comes again; any other ends as interrupted.
 */
export async function runAttempt(deps: ExecutionsContext, executionId: string, stopping: AbortSignal): Promise<void> {
  const taken = await takeExecution(deps, executionId)
  if (!taken) return
  const lease = holdLease(deps, taken.claim)
  const writer = createEventWriter(deps, { claim: taken.claim, after: taken.seq, lost: lease.lost })
  const stop = AbortSignal.any([stopping, lease.cancelled, lease.lost, writer.full])
  const attempt = { taken, writer, lease, stop }
  try {
    const ending = await performRun(deps, attempt)
    await writer.close()
    if (!lease.lost.aborted) await finish(deps, attempt, ending)
  } finally {
    await lease.release()
  }
}
