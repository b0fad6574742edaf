import { AppError, fullNameOf, type SkillAddress } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { maySeeSkill, maySeeVersion, mayTakeVersion, type Viewer } from '../access.ts'
import * as store from '../store.ts'

/** A version as an address names it: by its number or by a tag. */
export type VersionAddress = SkillAddress & { version: string }

export interface SeenVersion {
  skill: store.SkillHead
  row: store.VersionRow
}

/** The skill at an address, also at one that it had before. Throws skill.not-found, for skills that the viewer may not know of, too. */
export async function visibleSkill(
  q: Queryable,
  address: SkillAddress,
  viewer: Viewer | null,
): Promise<store.SkillHead> {
  const skill = await store.findSkill(q, address.publisher, address.name)
  if (skill && maySeeSkill(viewer, skill)) return skill
  throw new AppError('skill.not-found', { skill: fullNameOf(address) })
}

const NUMBER = /^\d/

/** The version of a skill with this number or tag, whoever may see it. */
export async function versionNamed(
  q: Queryable,
  skill: Pick<store.SkillHead, 'id' | 'latestVersionId'>,
  version: string,
): Promise<store.VersionRow | null> {
  if (NUMBER.test(version)) return store.findVersion(q, skill.id, version)
  const id = version === 'latest' ? skill.latestVersionId : await store.taggedVersion(q, skill.id, version)
  return id === null ? null : store.versionRowById(q, id)
}

/** A version that the viewer may know of. Throws skill.not-found, version.not-found. */
export async function visibleVersion(
  q: Queryable,
  address: VersionAddress,
  viewer: Viewer | null,
): Promise<SeenVersion> {
  const skill = await visibleSkill(q, address, viewer)
  const row = await versionNamed(q, skill, address.version)
  if (row && maySeeVersion(viewer, { status: row.status, publisherOwner: skill.publisherOwner })) return { skill, row }
  throw new AppError('version.not-found', { skill: fullNameOf(address), version: address.version })
}

/** A version whose bytes and texts the viewer may have. Throws skill.not-found, version.not-found, version.unavailable. */
export async function takableVersion(
  q: Queryable,
  address: VersionAddress,
  viewer: Viewer | null,
): Promise<SeenVersion> {
  const seen = await visibleVersion(q, address, viewer)
  const { status, statusReason } = seen.row
  if (mayTakeVersion(viewer, { status, publisherOwner: seen.skill.publisherOwner })) return seen
  throw new AppError('version.unavailable', {
    skill: fullNameOf(address),
    version: seen.row.semver,
    state: status,
    reason: statusReason,
  })
}
