import type { Stage, StageResult, StageState, Submission, SubmissionStatus } from '@guildhall/contracts'
import type { MarkSign } from '../../ui/mark.tsx'

export const statusWords: Record<SubmissionStatus, { sign: MarkSign; words: string }> = {
  queued: { sign: 'pending', words: 'Waiting to start' },
  validating: { sign: 'running', words: 'Being validated' },
  scanning: { sign: 'running', words: 'Being scanned' },
  evaluating: { sign: 'running', words: 'Being evaluated' },
  in_review: { sign: 'waiting', words: 'Waiting for review' },
  signing: { sign: 'running', words: 'Being signed' },
  released: { sign: 'done', words: 'Released' },
  rejected: { sign: 'failed', words: 'Rejected' },
}

export const stageNames: Record<Stage, string> = {
  validate: 'Validate',
  scan: 'Scan for harm',
  evaluate: 'Evaluate',
  review: 'Review',
  sign: 'Sign',
  release: 'Release',
}

/** A stage without a checker is never called passed. */
const stateWords: Record<StageState, { sign: MarkSign; words: string }> = {
  pending: { sign: 'pending', words: 'to come' },
  running: { sign: 'running', words: 'running' },
  passed: { sign: 'done', words: 'passed' },
  failed: { sign: 'failed', words: 'failed' },
  waiting: { sign: 'waiting', words: 'waiting' },
  not_configured: { sign: 'none', words: 'not configured' },
  not_needed: { sign: 'none', words: 'not needed' },
}

/** How a stage of these is called; after one that failed nothing is to come any more. */
export function stageStateWords({ state }: StageResult, stages: StageResult[]): { sign: MarkSign; words: string } {
  if (state === 'pending' && stages.some((stage) => stage.state === 'failed'))
    return { sign: 'none', words: 'not reached' }
  return stateWords[state]
}

/** Whether a submission will not move any more. */
export function isSettled(status: SubmissionStatus): boolean {
  return status === 'released' || status === 'rejected'
}

/** `@publisher/name version` as far as it is known, else the name of the file. */
export function submissionTitle({ publisher, name, version, filename }: Submission): string {
  return name === null ? filename : `@${publisher}/${name}${version === null ? '' : ` ${version}`}`
}
