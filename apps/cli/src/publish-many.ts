import type { Submission } from '@guildhall/contracts'
import { exitCodes } from './failures.ts'
import { failureReport } from './output/failure-lines.ts'
import { type PublishResult, resultLine, summaryLines } from './output/publish-results.ts'
import { submissionName } from './output/submission-lines.ts'
import { followSubmission, maySubmit, type PublishOptions, submit } from './publish-one.ts'
import type { Session } from './session.ts'
import { firstReason, type SkillSource } from './skill-source.ts'

const UPLOADS_AT_A_TIME = 4

/** A skill on disk, before it is read. */
export interface Candidate {
  /** As it is shown. */
  path: string
  read: () => Promise<SkillSource>
}

/** What to do with a skill that can be published. */
export type Decision =
  | { do: 'publish'; version: string | undefined; reason: string | null }
  | { do: 'nothing'; skill: string; reason: string | null }

export interface ManyOptions extends PublishOptions {
  wait: boolean
  /** Says what would be done, and does nothing. */
  dryRun: boolean
  decide: (source: SkillSource) => Promise<Decision>
}

/** Names that are taken already, in the order of the candidates: the same one wins every time. */
interface Claims {
  names: Map<string, string>
  /** Ends when every claim before the next one is decided. */
  last: Promise<unknown>
}

/** Claims the name of a skill after all before it have claimed theirs; a result where it goes no further. */
function claim(candidate: Candidate, options: ManyOptions, claims: Claims): Promise<SkillSource | PublishResult> {
  const claimed = claims.last.then(() => readAndClaim(candidate, options, claims.names))
  claims.last = claimed.catch(() => undefined)
  return claimed
}

async function readAndClaim(
  { path, read }: Candidate,
  { visibility }: ManyOptions,
  names: Map<string, string>,
): Promise<SkillSource | PublishResult> {
  const source = await read()
  const { summary } = source.inspection
  if (!maySubmit(source, visibility) || summary === null)
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

const plannedName = (name: string, publisher: string, version: string | undefined): string =>
  `@${publisher}/${name}${version === undefined ? '' : `@${version}`}`

async function publishCandidate(
  session: Session,
  candidate: Candidate,
  bulk: { options: ManyOptions; claims: Claims },
): Promise<PublishResult> {
  const { options, claims } = bulk
  const { path } = candidate
  const source = await claim(candidate, options, claims)
  if ('outcome' in source) return source
  const decision = await options.decide(source)
  if (decision.do === 'nothing') return { path, skill: decision.skill, outcome: 'unchanged', reason: decision.reason }
  const { version, reason } = decision
  if (options.dryRun) {
    const skill = plannedName(source.inspection.summary?.name ?? '', options.publisher, version)
    return { path, skill, outcome: 'planned', reason }
  }
  const submission = await submit(session, source, { ...options, version })
  if (!options.wait) return { path, skill: submissionName(submission), outcome: 'submitted', reason: null }
  return endResult(path, await followSubmission(session, submission, () => undefined))
}

function failedResult(session: Session, { path }: Candidate, error: unknown): PublishResult {
  const report = failureReport(error, session.registry)
  // Nothing else will work either where nobody is signed in or nothing answers.
  if (report.exitCode === exitCodes.notSignedIn || report.exitCode === exitCodes.unreachable) throw error
  const isPackage = report.code !== null && /^(archive|folder)\./.test(report.code)
  return {
    path,
    skill: null,
    outcome: isPackage ? 'invalid' : 'failed',
    reason: [report.what, ...report.issues].join('; '),
  }
}

/** Publishes what `decide` says, four at a time, and tells of every other candidate why not. Returns the exit code: 1 where the registry rejected one. */
export async function publishMany(
  session: Session,
  candidates: readonly Candidate[],
  options: ManyOptions,
): Promise<number> {
  const results: PublishResult[] = []
  const claims: Claims = { names: new Map(), last: Promise.resolve() }
  const waiting = candidates.values()
  const worker = async () => {
    for (const candidate of waiting) {
      const result = await publishCandidate(session, candidate, { options, claims }).catch((error: unknown) =>
        failedResult(session, candidate, error),
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
