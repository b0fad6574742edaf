import { AppError, fullNameOf, type Visibility } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { isPublicLevel } from '../rules/version-changes.ts'
import * as store from '../store.ts'
import { dropPending } from './drop-pending.ts'
import { type Changing, lockOwnPlace, lockOwnSkill } from './lock-own-skill.ts'
import { type MoveDeps, moveSkill } from './move-skill.ts'
import { refreshFace } from './refresh-face.ts'
import { requirePublicDependencies } from './resolve-dependencies.ts'

export interface SkillChangeDeps extends MoveDeps {
  /** Whether an administrator has to look at a skill of this name before everybody sees it. */
  needsReview(q: Queryable, skill: { publisher: string; publisherVerified: boolean; name: string }): Promise<boolean>
  /** Why an administrator has to look at a new name, as the end of a sentence; null where nobody has to. */
  findLookAlike(
    q: Queryable,
    skill: { publisher: string; name: string; displayName: string | null },
  ): Promise<string | null>
}

async function requirePublishable(
  deps: SkillChangeDeps,
  q: Queryable,
  skill: store.SkillHead,
  isAdmin: boolean,
): Promise<void> {
  const given = await store.releasedVersions(q, skill.id, ['released', 'yanked'])
  const lacking = given.filter(({ level }) => !isPublicLevel(level)).map(({ semver }) => semver)
  if (lacking.length > 0) throw new AppError('skill.not-publishable', { versions: lacking.slice(0, 100) })
  const latest = skill.latestVersionId === null ? null : await store.versionRowById(q, skill.latestVersionId)
  if (latest) await requirePublicDependencies(q, skill, latest)
  if (!isAdmin && (await deps.needsReview(q, skill)))
    throw new AppError('skill.review-required', { skill: fullNameOf(skill) })
}

/**
 * Changes who may see a skill; nothing happens where that is so already. Throws skill.not-found; skill.not-publishable with the versions
 * that do not conform; dependencies.unresolvable where the latest needs what strangers cannot have; skill.review-required, but not for
 * administrators.
 */
export async function changeVisibility(
  deps: SkillChangeDeps,
  wanted: Changing & { visibility: Visibility },
): Promise<void> {
  const { actor, visibility } = wanted
  await deps.database.transaction(async (q) => {
    const skill = await lockOwnSkill(q, wanted, 'owner-or-admin')
    if (skill.visibility === visibility) return
    if (visibility === 'public') await requirePublishable(deps, q, skill, actor.role === 'admin')
    await store.setVisibility(q, skill.id, visibility)
    await refreshFace(deps, q, { ...skill, visibility })
    const facts = { skill: fullNameOf(skill), from: skill.visibility, to: visibility }
    await deps.audit.record(q, { actor: actor.userId, action: 'skill.visibility-changed', subject: skill.id, facts })
  })
}

/** What everybody sees does not take a name that could be taken for another one; a new skill would wait for a review with it. */
async function requireOwnName(
  deps: SkillChangeDeps,
  q: Queryable,
  skill: store.SkillHead,
  name: string,
): Promise<void> {
  if (skill.visibility !== 'public') return
  const why = await deps.findLookAlike(q, { publisher: skill.publisher, name, displayName: null })
  if (why !== null) throw new AppError('skill.review-required', { name, why })
}

/**
 * Gives a skill another name. To its own name: nothing happens. Throws skill.not-found, skill.name-taken; skill.review-required where a
 * public skill would get a reserved name or one that looks like another.
 */
export async function renameSkill(deps: SkillChangeDeps, wanted: Changing & { name: string }): Promise<void> {
  const { actor, name } = wanted
  await deps.database.transaction(async (q) => {
    const skill = await lockOwnPlace(q, wanted)
    if (skill.name === name) return
    await requireOwnName(deps, q, skill, name)
    const to = { publisherId: skill.publisherId, publisher: skill.publisher, name }
    await moveSkill(deps, q, skill, {
      to,
      reason: `The skill was renamed to ${fullNameOf(to)}: submit it under that name.`,
    })
    const facts = { from: fullNameOf(skill), to: fullNameOf(to) }
    await deps.audit.record(q, { actor: actor.userId, action: 'skill.renamed', subject: skill.id, facts })
  })
}

/** Withdraws every version of a skill for ever. Its name stays taken, and administrators alone still see it. Throws skill.not-found. */
export async function removeSkill(deps: SkillChangeDeps, wanted: Changing & { reason: string }): Promise<void> {
  const { actor, address, reason } = wanted
  await deps.database.transaction(async (q) => {
    const skill = await lockOwnSkill(q, wanted, 'owner-or-admin')
    if (skill.status === 'deleted') throw new AppError('skill.not-found', { skill: fullNameOf(address) })
    const skillId = skill.id
    await store.moveVersions(q, { skillId, from: ['released', 'yanked'], to: 'withdrawn', statusReason: reason })
    await dropPending(deps, q, { skillId, reason: 'The skill was removed.' })
    await store.deleteTagsOfSkill(q, skillId)
    await store.cancelTransfersOf(q, skillId, deps.clock.now())
    await store.markDeleted(q, skillId)
    await refreshFace(deps, q, skill)
    const facts = { skill: fullNameOf(skill), reason }
    await deps.audit.record(q, { actor: actor.userId, action: 'skill.removed', subject: skillId, facts })
  })
}
