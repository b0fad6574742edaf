import { AppError, fullNameOf, parseFullName, Semver, type VersionStatus } from '@guildhall/contracts'
import { highestWithin, isVersionRange } from '@guildhall/skill-format'
import type { Queryable } from '../../../platform/db/database.ts'
import { isGivenOut, maySeeVersion, type Viewer } from '../access.ts'
import * as store from '../store.ts'
import { versionNamed, visibleSkill } from './see-skills.ts'

export type VersionWithStatus = store.ReleasedVersion & { status: VersionStatus; statusReason: string | null }

/** What to install: a skill, and a number, a tag or a range; without one, the latest. */
export interface Wanted {
  fullName: string
  version?: string | undefined
}

function versionOf(skill: Pick<store.SkillHead, 'publisher' | 'name'>, row: store.VersionRow): VersionWithStatus {
  const { skillId, semver, digest, summary, status, statusReason, signedAs } = row
  return {
    skillId,
    versionId: row.id,
    fullName: fullNameOf(skill),
    semver,
    digest,
    signedAs,
    summary,
    status,
    statusReason,
  }
}

async function chosenVersion(q: Queryable, skill: store.SkillHead, wanted: string): Promise<store.VersionRow | null> {
  const isNumber = Semver.safeParse(wanted).success
  if (isNumber || !isVersionRange(wanted)) return versionNamed(q, skill, wanted)
  const number = highestWithin(
    (await store.releasedVersions(q, skill.id)).map(({ semver }) => semver),
    wanted,
  )
  return number === null ? null : store.findVersion(q, skill.id, number)
}

/**
 * The version to install: the latest, the one of a tag, the highest released one of a range, or exactly this number, which may be
 * yanked. Throws skill.not-found, version.not-found, version.unavailable.
 */
export async function resolveVersion(
  q: Queryable,
  { fullName, version }: Wanted,
  viewer: Viewer,
): Promise<store.ReleasedVersion> {
  const address = parseFullName(fullName)
  if (!address) throw new AppError('skill.not-found', { skill: fullName })
  const skill = await visibleSkill(q, address, viewer)
  const wanted = version ?? store.LATEST
  const row = await chosenVersion(q, skill, wanted)
  const { publisherOwner } = skill
  const isKnown = row && row.releasedAt !== null && maySeeVersion(viewer, { status: row.status, publisherOwner })
  if (!isKnown) throw new AppError('version.not-found', { skill: fullName, version: wanted })
  if (!isGivenOut(row.status)) {
    const { semver, status, statusReason } = row
    throw new AppError('version.unavailable', { skill: fullName, version: semver, state: status, reason: statusReason })
  }
  return versionOf(skill, row)
}

/** Throws version.not-found. */
export async function versionById(q: Queryable, versionId: string): Promise<VersionWithStatus> {
  const row = await store.versionRowById(q, versionId)
  const skill = row && (await store.skillHeadsById(q, [row.skillId]))[0]
  if (!skill) throw new AppError('version.not-found', { version: versionId })
  return versionOf(skill, row)
}

/** The skill at this address, also at one that it had before, whoever may see it. */
export async function skillIdAt(q: Queryable, fullName: string): Promise<string | null> {
  const address = parseFullName(fullName)
  return (address && (await store.findSkill(q, address.publisher, address.name)))?.id ?? null
}
