import { AppError, fullNameOf, parseFullName, type ResolvedDependency, type SkillAddress } from '@guildhall/contracts'
import {
  type DependencyRefusal,
  type DependencyRoot,
  refusalText,
  type Resolution,
  resolveDependencies,
  type VersionLookup,
} from '@guildhall/skill-format'
import type { Queryable } from '../../../platform/db/database.ts'
import { maySeeSkill, type Viewer } from '../access.ts'
import * as store from '../store.ts'
import { takableVersion, type VersionAddress } from './see-skills.ts'

interface Catalogue {
  versionsOf: VersionLookup
  /** Of a version that was looked up. */
  digestOf(chosen: { fullName: string; version: string }): string
}

/** What the viewer may choose from: somebody else's private skill is unknown. A former name of a skill leads to it. */
function catalogueFor(q: Queryable, viewer: Viewer | null): Catalogue {
  const digests = new Map<string, string>()
  return {
    async versionsOf(fullName) {
      const address = parseFullName(fullName)
      const skill = address && (await store.findSkill(q, address.publisher, address.name))
      if (!skill || !maySeeSkill(viewer, skill)) return null
      const versions = await store.choosableVersions(q, skill.id)
      for (const { semver, digest } of versions) digests.set(`${fullName} ${semver}`, digest)
      return versions.map(({ semver, isYanked, dependencies }) => ({ version: semver, isYanked, dependencies }))
    },
    digestOf: ({ fullName, version }) => digests.get(`${fullName} ${version}`) ?? '',
  }
}

/** Chooses a version of everything that a skill needs, from what the viewer may see. The skill need not be in the catalogue yet. */
export async function resolveInCatalogue(
  q: Queryable,
  root: DependencyRoot,
  viewer: Viewer | null,
): Promise<Resolution> {
  return resolveDependencies(root, catalogueFor(q, viewer).versionsOf)
}

function pathOf(refusal: DependencyRefusal): readonly string[] {
  if ('path' in refusal) return refusal.path
  const path = 'demands' in refusal ? (refusal.demands[0]?.path ?? []) : []
  return 'fullName' in refusal ? [...path, refusal.fullName] : path
}

/** Says why there is no resolution: the reason, a sentence and the path. */
function unresolvable(refusal: DependencyRefusal): AppError {
  const facts = { reason: refusal.reason, why: refusalText(refusal), path: [...pathOf(refusal)] }
  return new AppError('dependencies.unresolvable', facts)
}

/** Throws dependencies.unresolvable where a version needs what strangers cannot have. */
export async function requirePublicDependencies(
  q: Queryable,
  skill: SkillAddress,
  { summary }: Pick<store.VersionRow, 'summary'>,
): Promise<void> {
  await chooseDependencies(q, { fullName: fullNameOf(skill), dependencies: summary.dependencies }, null)
}

/**
 * Every skill that another one needs, at the version chosen now, each behind what it needs itself. Throws dependencies.unresolvable
 * with the reason, a sentence and the path.
 */
export async function chooseDependencies(
  q: Queryable,
  root: DependencyRoot,
  viewer: Viewer | null,
): Promise<ResolvedDependency[]> {
  const catalogue = catalogueFor(q, viewer)
  const resolution = await resolveDependencies(root, catalogue.versionsOf)
  if (resolution.status === 'refused') throw unresolvable(resolution.refusal)
  return resolution.items.map((item) => ({ ...item, digest: catalogue.digestOf(item) }))
}

/** The same for a version of the catalogue. Also throws skill.not-found, version.not-found, version.unavailable. */
export async function dependenciesOf(
  q: Queryable,
  address: VersionAddress,
  viewer: Viewer | null,
): Promise<ResolvedDependency[]> {
  const { skill, row } = await takableVersion(q, address, viewer)
  return chooseDependencies(q, { fullName: fullNameOf(skill), dependencies: row.summary.dependencies }, viewer)
}
