import type { Submission } from '@guildhall/contracts'
import { relative, resolve } from 'node:path'
import { exitCodes, Failure } from './failures.ts'
import { findSkillFolders } from './find-skill-folders.ts'
import { failureReport } from './output/failure-lines.ts'
import type { Paint } from './output/paint.ts'
import { plainLine } from './output/plain-text.ts'
import { submissionName } from './output/submission-lines.ts'
import { type Column, tableLines } from './output/table.ts'
import { followSubmission, type PublishOptions, submit, unchangedSubmission } from './publish-one.ts'
import type { Session } from './session.ts'
import { firstReason, readSkillSource, type SkillSource } from './skill-source.ts'

export const outcomes = [
  'released',
  'in_review',
  'submitted',
  'unchanged',
  'rejected',
  'invalid',
  'duplicate',
  'failed',
] as const
export type Outcome = (typeof outcomes)[number]

/** What became of one folder. */
export interface PublishResult {
  path: string
  skill: string | null
  outcome: Outcome
  reason: string | null
}

const UPLOADS_AT_A_TIME = 4

const outcomeWords: Record<Outcome, string> = {
  released: 'released',
  in_review: 'waiting for a review',
  submitted: 'submitted, not followed',
  unchanged: 'unchanged since the last time',
  rejected: 'rejected by the registry',
  invalid: 'not valid, not uploaded',
  duplicate: 'same name as another folder, not uploaded',
  failed: 'could not be uploaded or followed',
}

/** Counts per outcome, those that occurred only, and the sum. */
export function summaryLines(results: readonly PublishResult[]): string[] {
  const columns: Column[] = [{ title: 'outcome' }, { title: 'skills', align: 'right' }]
  const rows = outcomes.flatMap((outcome) => {
    const count = results.filter((result) => result.outcome === outcome).length
    return count === 0 ? [] : [[outcomeWords[outcome], String(count)]]
  })
  return tableLines(columns, [...rows, ['in all', String(results.length)]])
}

/** One folder in one line. */
export function resultLine(result: PublishResult, paint: Paint): string {
  const { outcome, skill, path, reason } = result
  const isBad = outcome === 'rejected' || outcome === 'failed' || outcome === 'invalid'
  const label = outcome.padEnd(9)
  const painted = isBad ? paint.red(label) : outcome === 'released' ? paint.green(label) : paint.yellow(label)
  const why = reason === null ? '' : `  ${plainLine(reason)}`
  return `  ${painted}  ${skill === null ? plainLine(path) : `${skill}  ${paint.dim(plainLine(path))}`}${why}`
}

interface BulkOptions extends PublishOptions {
  wait: boolean
}

/** Names that are taken already, in the order of the folders: the same folder wins every time. */
interface Claims {
  names: Map<string, string>
  /** Ends when every claim before the next one is decided. */
  last: Promise<unknown>
}

/** Claims the name of a folder after all folders before it have claimed theirs; a result where it goes no further. */
function claim(session: Session, folder: string, claims: Claims): Promise<SkillSource | PublishResult> {
  const claimed = claims.last.then(() => readAndClaim(session, folder, claims.names))
  claims.last = claimed.catch(() => undefined)
  return claimed
}

async function readAndClaim(
  session: Session,
  folder: string,
  names: Map<string, string>,
): Promise<SkillSource | PublishResult> {
  const path = relative(session.host.cwd, folder) || '.'
  const source = await readSkillSource(session.host.cwd, folder)
  const { summary } = source.inspection
  if (!source.isPublishable || summary === null)
    return { path, skill: null, outcome: 'invalid', reason: firstReason(source.inspection) }
  const holder = names.get(summary.name)
  if (holder !== undefined)
    return { path, skill: summary.name, outcome: 'duplicate', reason: `the name ${summary.name} belongs to ${holder}` }
  names.set(summary.name, path)
  return source
}

function endResult(path: string, end: Submission): PublishResult {
  const skill = submissionName(end)
  if (end.status === 'released' || end.status === 'in_review') return { path, skill, outcome: end.status, reason: null }
  const failed = end.stages.find((stage) => stage.state === 'failed')
  return { path, skill, outcome: 'rejected', reason: end.review?.reason ?? failed?.message ?? null }
}

async function publishFolder(
  session: Session,
  folder: string,
  bulk: { options: BulkOptions; claims: Claims },
): Promise<PublishResult> {
  const { options, claims } = bulk
  const path = relative(session.host.cwd, folder) || '.'
  const source = await claim(session, folder, claims)
  if ('outcome' in source) return source
  const same = await unchangedSubmission(session, source, options.publisher)
  if (same !== null) {
    const reason = same.status === 'released' ? null : same.status
    return { path, skill: submissionName(same), outcome: 'unchanged', reason }
  }
  const submission = await submit(session, source, options)
  if (!options.wait) return { path, skill: submissionName(submission), outcome: 'submitted', reason: null }
  return endResult(path, await followSubmission(session, submission, () => undefined))
}

function failedResult(session: Session, folder: string, error: unknown): PublishResult {
  const report = failureReport(error, session.registry)
  // Nothing else will work either where nobody is signed in or nothing answers.
  if (report.exitCode === exitCodes.notSignedIn || report.exitCode === exitCodes.unreachable) throw error
  const path = relative(session.host.cwd, folder) || '.'
  const isPackage = report.code !== null && /^(archive|folder)\./.test(report.code)
  return {
    path,
    skill: null,
    outcome: isPackage ? 'invalid' : 'failed',
    reason: [report.what, ...report.issues].join('; '),
  }
}

/** Publishes every valid skill below a folder, four at a time, and says of every other one why not. Returns the exit code. */
export async function publishAll(session: Session, given: string, options: BulkOptions): Promise<number> {
  const root = resolve(session.host.cwd, given)
  const folders = await findSkillFolders(root)
  if (folders.length === 0)
    throw new Failure('There is no skill below this folder', {
      where: root,
      remedy: 'A skill is a folder with a SKILL.md or a manifest.json.',
    })
  session.note(`${folders.length} skills below ${root}`)
  const results: PublishResult[] = []
  const claims: Claims = { names: new Map(), last: Promise.resolve() }
  const waiting = folders.values()
  const worker = async () => {
    for (const folder of waiting) {
      const result = await publishFolder(session, folder, { options, claims }).catch((error: unknown) =>
        failedResult(session, folder, error),
      )
      results.push(result)
      if (!session.isJson) session.print(resultLine(result, session.paint))
    }
  }
  await Promise.all(Array.from({ length: UPLOADS_AT_A_TIME }, worker))
  session.result({ results }, () => ['', ...summaryLines(results)])
  const isBad = results.some(({ outcome }) => outcome === 'rejected' || outcome === 'failed')
  return isBad ? exitCodes.failed : exitCodes.ok
}
