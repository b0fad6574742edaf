import { ApiProblem } from '@guildhall/sdk'
import type { Submission, VersionDetails } from '@guildhall/contracts'
import { compareSemver, nextPatch } from '@guildhall/skill-format'
import { submissionName } from './output/submission-lines.ts'
import { patiently } from './patience.ts'
import type { Decision } from './publish-many.ts'
import { hasDigest, newestSubmission } from './publish-one.ts'
import type { Session } from './session.ts'
import type { SkillSource } from './skill-source.ts'

async function latestRelease(session: Session, publisher: string, name: string): Promise<VersionDetails | null> {
  const params = { publisher, name, version: 'latest' }
  try {
    return await patiently(session, () => session.signedIn().skills.version({ params }))
  } catch (error) {
    const isAbsent = error instanceof ApiProblem && ['skill.not-found', 'version.not-found'].includes(error.code)
    if (isAbsent) return null
    throw error
  }
}

const higher = (a: string | null, b: string): string => (a !== null && compareSemver(a, b) > 0 ? a : b)

/** The version in the package where it goes on from what is there, else the next patch. */
export function versionAfter(newest: string | null, packaged: string | null): string {
  if (packaged !== null && (newest === null || compareSemver(packaged, newest) > 0)) return packaged
  return nextPatch(newest)
}

/** Something that was published or handed in, to hold the files against. */
interface Known {
  fullName: string
  version: string
  digest: string
  decision: Decision
}

function knownSubmission(submission: Submission | null, fullName: string): Known[] {
  if (submission === null || submission.version === null || submission.digest === null) return []
  const { version, digest, status } = submission
  return [{ fullName, version, digest, decision: { do: 'nothing', skill: submissionName(submission), reason: status } }]
}

function knownRelease(release: VersionDetails | null): Known[] {
  if (release === null) return []
  const { signedAs, version, digest, fullName } = release
  const decision: Decision = { do: 'nothing', skill: `${fullName}@${version}`, reason: null }
  return [{ fullName: signedAs, version, digest, decision }]
}

/** Compares a skill on disk with what the registry has of it: nothing to do, or the version to publish next. */
export async function planSync(session: Session, source: SkillSource, publisher: string): Promise<Decision> {
  const { summary } = source.inspection
  if (summary === null) throw new TypeError('only a skill that can be published is planned')
  const [release, submission] = await Promise.all([
    latestRelease(session, publisher, summary.name),
    newestSubmission(session, publisher, summary.name),
  ])
  const known = [...knownRelease(release), ...knownSubmission(submission, `@${publisher}/${summary.name}`)]
  const same = known.find((one) => hasDigest(source, one))
  if (same !== undefined) return same.decision
  const newest = known.map(({ version }) => version).reduce<string | null>(higher, null)
  const reason = newest === null ? 'new' : `changed since ${newest}`
  return { do: 'publish', version: versionAfter(newest, summary.version), reason }
}
