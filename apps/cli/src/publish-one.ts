import { randomUUID } from 'node:crypto'
import type { PackageSummary, Submission, Visibility } from '@guildhall/contracts'
import { archiveFileName, contentDigest, packSkill, withGeneratedSkillMd } from '@guildhall/skill-format'
import { basename } from 'node:path'
import { Failure } from './failures.ts'
import { conformanceLines } from './output/finding-lines.ts'
import { isSettled } from './output/submission-lines.ts'
import { patiently } from './patience.ts'
import type { Session } from './session.ts'
import { firstReason, type SkillSource } from './skill-source.ts'

export interface PublishOptions {
  publisher: string
  version?: string | undefined
  changelog?: string | undefined
  visibility?: Visibility | undefined
}

/** Prints every finding and gives the failure to throw. */
export function unpublishable(session: Session, source: SkillSource): Failure {
  for (const line of conformanceLines(source.inspection.conformance, session.paint)) session.note(line)
  return new Failure(`This skill cannot be published: ${firstReason(source.inspection)}`, {
    where: source.path,
    remedy: 'Mend the errors above; `guildhall validate` shows them again.',
  })
}

/** The file name of a packed skill; without a version where the package has none. */
export function archiveName({ kind, name }: PackageSummary, version: string | null | undefined): string {
  if (version) return archiveFileName(kind, name, version)
  return kind === 'instructions' ? `${name}.skill` : `${name}.aisapp`
}

/** For its publisher alone a skill may be one that only lenient agents load; the registry judges it again. */
export function maySubmit({ isPublishable, inspection }: SkillSource, visibility: Visibility | undefined): boolean {
  return isPublishable || (visibility === 'private' && inspection.conformance.level !== 'none')
}

/** Packs a folder, or takes the archive as it is, and starts its release. */
export async function submit(session: Session, source: SkillSource, options: PublishOptions): Promise<Submission> {
  const { summary } = source.inspection
  if (!maySubmit(source, options.visibility) || summary === null) throw unpublishable(session, source)
  const { kind, name } = summary
  const bytes = source.archive ?? (await packSkill({ files: source.files, kind, name }))
  const version = options.version ?? summary.version ?? undefined
  const filename = source.archive === null ? archiveName(summary, version) : basename(source.path).slice(-255)
  const { publisher, ...asked } = options
  const query = { filename, version: asked.version, changelog: asked.changelog, visibility: asked.visibility }
  const call = { bytes: Uint8Array.from(bytes), idempotencyKey: randomUUID() }
  return patiently(session, () => session.signedIn().publishing.submit({ params: { publisher }, query }, call))
}

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 2000
/** A release that stands still for so long is not followed any more. */
const PATIENCE_MS = 180_000

function standstill(submission: Submission): Failure {
  return new Failure(`The release is ${submission.status} and has not moved for ${PATIENCE_MS / 60_000} minutes`, {
    where: `submission ${submission.id}`,
    remedy: `Nothing is lost; look again with \`guildhall submissions ${submission.id}\`, or ask the administrator of the registry.`,
  })
}

/** Asks after a submission until nothing more happens without a person; `onNews` sees every answer. Throws a Failure at a standstill. */
export async function followSubmission(
  session: Session,
  first: Submission,
  onNews: (before: Submission | null, now: Submission) => void,
): Promise<Submission> {
  let now = first
  onNews(null, now)
  let movedAt = session.host.now().getTime()
  for (let pauseMs = FIRST_PAUSE_MS; !isSettled(now); pauseMs = Math.min(pauseMs * 1.3, LONGEST_PAUSE_MS)) {
    await session.host.wait(pauseMs)
    const before = now
    now = await patiently(session, () => session.signedIn().publishing.get({ params: { id: before.id } }))
    onNews(before, now)
    if (now.updatedAt !== before.updatedAt) movedAt = session.host.now().getTime()
    else if (session.host.now().getTime() - movedAt > PATIENCE_MS) throw standstill(now)
  }
  return now
}

/** My newest submission of this skill that was not rejected, or null. */
export async function newestSubmission(session: Session, publisher: string, name: string): Promise<Submission | null> {
  const page = await patiently(session, () => session.signedIn().publishing.list({ query: { name, limit: 20 } }))
  return page.items.find((one) => one.publisher === publisher && one.status !== 'rejected') ?? null
}

/** Whether the files are exactly those that were published so. */
export function hasDigest(
  source: SkillSource,
  published: { fullName: string; version: string; digest: string },
): boolean {
  const { fullName, version, digest } = published
  return contentDigest({ fullName, version, files: withGeneratedSkillMd(source.files) }) === digest
}

/** My newest submission of this skill, where it has the same content and was not rejected; null else. */
export async function unchangedSubmission(
  session: Session,
  source: SkillSource,
  publisher: string,
): Promise<Submission | null> {
  const { summary } = source.inspection
  if (summary === null) return null
  const newest = await newestSubmission(session, publisher, summary.name)
  if (newest === null || newest.version === null || newest.digest === null) return null
  const { version, digest } = newest
  return hasDigest(source, { fullName: `@${publisher}/${summary.name}`, version, digest }) ? newest : null
}
