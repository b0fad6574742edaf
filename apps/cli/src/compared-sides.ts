import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { PackageDiff, VersionDiff } from '@guildhall/contracts'
import { diffPackages, inspectPackage, packageSide, type PackageSide } from '@guildhall/skill-format'
import { Failure, usageFailure } from './failures.ts'
import { fetchRelease } from './installing/fetch-release.ts'
import { registryAt, versionDetails } from './installing/registry.ts'
import { unpublishable } from './publish-one.ts'
import type { Session } from './session.ts'
import { readSkillSource, type SkillSource } from './skill-source.ts'
import { parseSkillTarget, type SkillTarget } from './skill-target.ts'

/** One of the two things that are compared, as it was named. */
type Named = { kind: 'local'; path: string } | { kind: 'published'; target: SkillTarget }

export interface Compared {
  from: string
  to: string
  diff: PackageDiff | VersionDiff
}

async function named(session: Session, text: string): Promise<Named> {
  if (text.startsWith('@')) return { kind: 'published', target: parseSkillTarget(text) }
  const isThere = await stat(resolve(session.host.cwd, text)).catch(() => null)
  if (isThere !== null) return { kind: 'local', path: text }
  throw usageFailure(
    `"${text}" is neither a skill nor something on this disk`,
    'Write @publisher/name, @publisher/name@1.2.3, or the path of a folder or archive.',
  )
}

function localSide(session: Session, source: SkillSource): PackageSide {
  const { summary } = source.inspection
  if (summary === null) throw unpublishable(session, source)
  return packageSide(source.files, summary)
}

async function publishedSide(session: Session, target: SkillTarget): Promise<PackageSide> {
  const registry = await registryAt(session, session.registry)
  const details = await versionDetails(registry, target.fullName, target.version ?? 'latest')
  const { files } = await fetchRelease(registry, { details, requested: null, isDirect: true })
  const { summary } = inspectPackage(files)
  if (summary === null)
    throw new Failure('This release does not say enough of itself to be compared', { where: target.fullName })
  return packageSide(files, summary)
}

async function sideOf(session: Session, one: Named): Promise<PackageSide> {
  if (one.kind === 'published') return publishedSide(session, one.target)
  return localSide(session, await readSkillSource(session.host.cwd, one.path))
}

const label = (one: Named): string =>
  one.kind === 'local' ? one.path : `${one.target.fullName}@${one.target.version ?? 'latest'}`

/** Two versions of the same skill are compared by the registry. */
async function compareVersions(session: Session, before: SkillTarget | null, after: SkillTarget): Promise<Compared> {
  const { publisher, name, fullName } = after
  const params = { publisher, name, version: after.version ?? 'latest' }
  const query = before === null ? {} : { from: before.version ?? 'latest' }
  const diff = await session.client.skills.diff({ params, query })
  return { from: `${fullName}@${diff.from}`, to: `${fullName}@${diff.to}`, diff }
}

/** A folder against the newest release of the skill that it says to be. */
async function compareWithRelease(session: Session, path: string, publisher: string | undefined): Promise<Compared> {
  const source = await readSkillSource(session.host.cwd, path)
  const after = localSide(session, source)
  const owner = publisher ?? (await session.signedIn().auth.me()).handle
  const target = parseSkillTarget(`@${owner}/${after.summary.name}`)
  const diff = await diffPackages(await publishedSide(session, target), after)
  return { from: `${target.fullName}@latest`, to: path, diff }
}

export interface Comparison {
  /** `@publisher/name`, `@publisher/name@version` or a path. */
  first: string
  /** The same, or a version of the first; absent means what came before, or the newest release. */
  second: string | undefined
  /** Whose release a folder is held against; absent means the one who is signed in. */
  publisher: string | undefined
}

/** Compares two releases, two things on disk, or one with the other. Throws a Failure for what cannot be compared. */
export async function compare(session: Session, { first, second, publisher }: Comparison): Promise<Compared> {
  const before = await named(session, first)
  if (second === undefined) {
    if (before.kind === 'published') return compareVersions(session, null, before.target)
    return compareWithRelease(session, before.path, publisher)
  }
  const isVersion = before.kind === 'published' && /^\d+\.\d+\.\d+\S*$|^latest$/.test(second)
  const after = await named(session, isVersion ? `${before.target.fullName}@${second}` : second)
  if (before.kind === 'published' && after.kind === 'published' && before.target.fullName === after.target.fullName)
    return compareVersions(session, before.target, after.target)
  const [left, right] = await Promise.all([sideOf(session, before), sideOf(session, after)])
  return { from: label(before), to: label(after), diff: await diffPackages(left, right) }
}
