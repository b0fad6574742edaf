import { AppError, fullNameOf, type VersionSummary } from '@guildhall/contracts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Audit } from '../../audit/index.ts'
import { lacksForChange, maySeeVersion } from '../access.ts'
import { isPublicLevel, needsAdmin, statusAfter, type VersionChange, versionsWithin } from '../rules/version-changes.ts'
import * as store from '../store.ts'
import { tagsByVersion, versionSummaryOf } from './describe-versions.ts'
import { type Changing, lockOwnSkill } from './lock-own-skill.ts'
import { type FaceDeps, refreshFace } from './refresh-face.ts'

export interface ChangeDeps extends FaceDeps {
  clock: Clock
  audit: Pick<Audit, 'record'>
}

export interface WantedChange extends Changing {
  version: string
  change: VersionChange
  /** Null where a change needs none. */
  reason: string | null
}

async function lockVersion(q: Queryable, skill: store.SkillHead, wanted: WantedChange): Promise<store.VersionRow> {
  const row = await store.findVersion(q, skill.id, wanted.version)
  const { publisherOwner } = skill
  if (row && maySeeVersion(wanted.actor, { status: row.status, publisherOwner })) return row
  throw new AppError('version.not-found', { skill: fullNameOf(wanted.address), version: wanted.version })
}

/** Moves the version along its arrow. Throws version.wrong-status, skill.not-publishable, auth.forbidden. */
async function moveAlong(q: Queryable, skill: store.SkillHead, row: store.VersionRow, wanted: WantedChange) {
  const { change, actor } = wanted
  const needs = lacksForChange(actor, skill, needsAdmin(change, row.status) ? 'admin' : 'owner-or-admin')
  if (needs !== null) throw new AppError('auth.forbidden', { needs })
  const to = statusAfter(change, row.status)
  const refused = new AppError('version.wrong-status', { version: row.semver, state: row.status, change })
  if (to === null || skill.status !== 'active') throw refused
  if (to === 'released' && skill.visibility === 'public' && !isPublicLevel(row.conformance.level))
    throw new AppError('skill.not-publishable', { versions: [row.semver] })
  const set = { statusReason: wanted.reason }
  if (!(await store.moveVersion(q, { id: row.id, from: row.status, to, set }))) throw refused
  // A tag chooses, and only what is released is chosen.
  return { to, untagged: to === 'released' ? [] : await store.deleteTagsOf(q, row.id) }
}

/** Yanks, withdraws, suspends or restores a version; `latest` and the lists follow in the same transaction. */
export async function changeVersion(deps: ChangeDeps, wanted: WantedChange): Promise<VersionSummary> {
  return deps.database.transaction(async (q) => {
    const authority = wanted.change === 'suspend' || wanted.change === 'restore' ? 'owner-or-admin' : 'owner'
    const skill = await lockOwnSkill(q, wanted, authority)
    const row = await lockVersion(q, skill, wanted)
    const { to, untagged } = await moveAlong(q, skill, row, wanted)
    await refreshFace(deps, q, skill)
    const [changed] = await store.skillHeadsById(q, [skill.id])
    const tags = await tagsByVersion(q, changed ?? skill)
    const moved = { ...row, status: to, statusReason: wanted.reason }
    await deps.audit.record(q, {
      actor: wanted.actor.userId,
      action: `version.${to === 'released' ? 'restored' : to}`,
      subject: row.id,
      facts: { skill: fullNameOf(skill), version: row.semver, from: row.status, reason: wanted.reason, untagged },
    })
    return versionSummaryOf({ skill, row: moved }, tags.get(row.id) ?? [], wanted.actor)
  })
}

export interface Deprecation extends Changing {
  range: string
  /** Null takes the advice back. */
  message: string | null
}

/** Advises against the released versions of a range, and tells which those are. Throws skill.not-found, version.not-found. */
export async function deprecateVersions(deps: ChangeDeps, wanted: Deprecation): Promise<string[]> {
  const { actor, range, message } = wanted
  return deps.database.transaction(async (q) => {
    const skill = await lockOwnSkill(q, wanted, 'owner')
    const given = await store.releasedVersions(q, skill.id, ['released', 'yanked'])
    const numbers = new Set(
      versionsWithin(
        given.map(({ semver }) => semver),
        range,
      ),
    )
    const concerned = given.filter(({ semver }) => numbers.has(semver))
    if (concerned.length === 0) throw new AppError('version.not-found', { skill: fullNameOf(skill), version: range })
    await store.setDeprecation(
      q,
      concerned.map(({ id }) => id),
      message,
    )
    await refreshFace(deps, q, skill)
    const facts = { skill: fullNameOf(skill), range, message, versions: concerned.length }
    const action = message === null ? 'skill.undeprecated' : 'skill.deprecated'
    await deps.audit.record(q, { actor: actor.userId, action, subject: skill.id, facts })
    return [...numbers]
  })
}
