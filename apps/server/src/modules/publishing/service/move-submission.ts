import type { Stage, StageState, SubmissionStatus } from '@guildhall/contracts'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database, Queryable } from '../../../platform/db/database.ts'
import type { Audit } from '../../audit/index.ts'
import type { Skills } from '../../skills/index.ts'
import type { Trust } from '../../trust/index.ts'
import { type ReviewPolicy, withStage } from '../rules.ts'
import * as store from '../store.ts'
import type { FindLookAlike } from './look-alikes.ts'

export interface PipelineDeps {
  database: Database
  blobs: Blobs
  clock: Clock
  audit: Audit
  skills: Skills
  trust: Trust
  reviewPolicy: ReviewPolicy
  findLookAlike: FindLookAlike
}

export type Row = store.SubmissionRow

/** One arrow of the pipeline. */
export interface Step {
  to: SubmissionStatus
  stages: readonly { stage: Stage; state: StageState; message?: string }[]
  change?: store.SubmissionChange
  /** Joins the transaction of the move. */
  also?(q: Queryable): Promise<void>
}

/** Moves a submission along an arrow, with what belongs to it, in one transaction. False: somebody else moved it first. */
export async function move(deps: PipelineDeps, row: Row, step: Step): Promise<boolean> {
  const now = deps.clock.now()
  const stages = step.stages.reduce((all, moved) => withStage(all, { ...moved, now }), row.stages)
  return deps.database.transaction(async (q) => {
    const isOurs = await store.moveSubmission(q, {
      id: row.id,
      from: row.status,
      to: step.to,
      change: { ...step.change, stages },
      now,
    })
    if (isOurs) await step.also?.(q)
    return isOurs
  })
}

/** Ends a submission with a reason for its publisher. False: somebody else moved it first. */
export async function reject(
  deps: PipelineDeps,
  row: Row,
  refusal: { stage: Stage; message: string; change?: store.SubmissionChange },
): Promise<boolean> {
  return move(deps, row, {
    to: 'rejected',
    stages: [{ stage: refusal.stage, state: 'failed', message: refusal.message }],
    change: refusal.change ?? {},
    also: async (q) => {
      if (row.versionId) await deps.skills.reject(q, row.versionId)
      await deps.audit.record(q, {
        actor: 'system',
        action: 'submission.rejected',
        subject: row.id,
        facts: { stage: refusal.stage, reason: refusal.message },
      })
    },
  })
}

/** Somebody else moved the submission, or changed its skill, between our reading and our writing; what we did is rolled back. */
export class LostRace extends Error {}
