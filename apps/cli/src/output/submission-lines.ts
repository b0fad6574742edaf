import type { StageResult, StageState, Submission } from '@guildhall/contracts'
import { findingLines } from './finding-lines.ts'
import type { Paint } from './paint.ts'
import { plainLine } from './plain-text.ts'

const stateWords: Record<StageState, string> = {
  pending: 'not started',
  running: 'running',
  passed: 'passed',
  failed: 'failed',
  waiting: 'waiting',
  not_configured: 'not configured on this server',
  not_needed: 'not needed',
}

function paintState(state: StageState, paint: Paint): string {
  const words = stateWords[state]
  if (state === 'passed') return paint.green(words)
  if (state === 'failed') return paint.red(words)
  return state === 'waiting' ? paint.yellow(words) : paint.dim(words)
}

/** One stage of the release pipeline. */
export function stageLine(stage: StageResult, paint: Paint): string {
  const message = stage.message === null ? '' : `  ${plainLine(stage.message)}`
  return `  ${stage.stage.padEnd(9)} ${paintState(stage.state, paint)}${message}`
}

/** The stages that have moved since the submission was seen before, in order. */
export function movedStages(before: Submission | null, now: Submission): StageResult[] {
  const known = new Map(before?.stages.map((stage) => [stage.stage, `${stage.state} ${stage.message}`]))
  return now.stages.filter(
    (stage) => stage.state !== 'pending' && known.get(stage.stage) !== `${stage.state} ${stage.message}`,
  )
}

/** Whether nothing more happens without a person. */
export function isSettled({ status }: Submission): boolean {
  return status === 'released' || status === 'rejected' || status === 'in_review'
}

export function submissionName(submission: Submission): string {
  const name = submission.name === null ? plainLine(submission.filename) : `@${submission.publisher}/${submission.name}`
  return submission.version === null ? name : `${name}@${submission.version}`
}

function rejectionReason(submission: Submission): string {
  const reason = submission.review?.reason ?? submission.stages.find((stage) => stage.state === 'failed')?.message
  return reason ? `: ${plainLine(reason)}` : ''
}

/** How a submission ended, in a clear line or two. */
export function outcomeLines(submission: Submission, paint: Paint): string[] {
  const name = submissionName(submission)
  const { status, digest, id } = submission
  const follow = `Follow it with: guildhall submissions ${id}`
  if (status === 'rejected') return [`${paint.red('Rejected')} ${name}${rejectionReason(submission)}`]
  if (status === 'released')
    return [`${paint.green('Released')} ${name}`, ...(digest === null ? [] : [`  sha256 ${digest}`])]
  if (status === 'in_review')
    return [
      `${paint.yellow('In review')} ${name}: an administrator decides. Nothing more to do for you now.`,
      `  ${follow}`,
    ]
  return [`${name} is ${status}. ${follow}`]
}

/** A whole submission: stages, findings, outcome. */
export function submissionLines(submission: Submission, paint: Paint): string[] {
  return [
    `${paint.bold(submissionName(submission))}  ${paint.dim(submission.id)}`,
    ...submission.stages.map((stage) => stageLine(stage, paint)),
    ...submission.findings.flatMap((finding) => findingLines(finding, paint)),
    ...outcomeLines(submission, paint),
  ]
}
