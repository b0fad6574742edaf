import { AppError, fullNameOf, type TagEntry } from '@guildhall/contracts'
import { isVersionRange } from '@guildhall/skill-format'
import { latestAmong } from '../rules/version-changes.ts'
import * as store from '../store.ts'
import { announceChange } from './announce-change.ts'
import type { ChangeDeps } from './change-version.ts'
import { type Changing, lockOwnSkill } from './lock-own-skill.ts'
import { refreshFace } from './refresh-face.ts'

export interface TagChange extends Changing {
  tag: string
}

/**
 * Lets a tag name a released version. `latest` stays where it is set until that version is not released any more or the tag is set to
 * the version that the numbers choose; then it moves by itself again. Throws skill.not-found, version.not-found, version.wrong-status,
 * tag.reserved.
 */
export async function setTag(deps: ChangeDeps, wanted: TagChange & { version: string }): Promise<TagEntry> {
  const { actor, tag, version } = wanted
  if (isVersionRange(tag)) throw new AppError('tag.reserved', { tag, why: 'it reads as a range of versions' })
  return deps.database.transaction(async (q) => {
    const skill = await lockOwnSkill(q, wanted, 'owner')
    const row = await store.findVersion(q, skill.id, version)
    if (!row) throw new AppError('version.not-found', { skill: fullNameOf(skill), version })
    if (row.status !== 'released') throw new AppError('version.wrong-status', { version, state: row.status })
    const isAutomatic = tag === store.LATEST && latestAmong(await store.releasedVersions(q, skill.id), null) === row.id
    if (isAutomatic) await store.deleteTag(q, skill.id, tag)
    else if (!(await store.putTag(q, { skillId: skill.id, tag, versionId: row.id, updatedAt: deps.clock.now() })))
      throw new AppError('tag.reserved', { tag, why: `a skill has at most ${store.MOST_TAGS} tags` })
    if (tag === store.LATEST) await refreshFace(deps, q, skill)
    else announceChange(deps, q)
    const facts = { skill: fullNameOf(skill), tag, version }
    await deps.audit.record(q, { actor: actor.userId, action: 'tag.set', subject: skill.id, facts })
    return { tag, version }
  })
}

/** Throws skill.not-found, tag.not-found, tag.reserved. */
export async function removeTag(deps: ChangeDeps, wanted: TagChange): Promise<void> {
  const { actor, tag } = wanted
  if (tag === store.LATEST) throw new AppError('tag.reserved', { tag, why: 'it can be moved but not removed' })
  await deps.database.transaction(async (q) => {
    const skill = await lockOwnSkill(q, wanted, 'owner')
    if (!(await store.deleteTag(q, skill.id, tag)))
      throw new AppError('tag.not-found', { skill: fullNameOf(skill), tag })
    announceChange(deps, q)
    const facts = { skill: fullNameOf(skill), tag }
    await deps.audit.record(q, { actor: actor.userId, action: 'tag.removed', subject: skill.id, facts })
  })
}
