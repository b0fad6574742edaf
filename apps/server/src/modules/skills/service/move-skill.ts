import { AppError, fullNameOf, type RenameRecord } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Jobs } from '../../../platform/jobs/jobs.ts'
import * as store from '../store.ts'
import type { ChangeDeps } from './change-version.ts'
import { dropPending } from './drop-pending.ts'
import { refreshFace } from './refresh-face.ts'

/** Signs that a skill has another name from a moment on. */
export type SignRename = (rename: { from: string; to: string; renamedAt: string }) => RenameRecord

export interface MoveDeps extends ChangeDeps {
  jobs: Jobs
  signRename: SignRename
}

/** Where a skill is to stand: maybe with another publisher, maybe under another name. */
export interface NewPlace {
  publisherId: string
  publisher: string
  name: string
}

/**
 * Throws skill.name-taken where a name belongs to another skill, or belonged to one: names are never given again, but a skill may go
 * back to one of its own. Both publishers must be locked, so that nothing takes the name after it was looked up.
 */
async function requireFreeName(q: Queryable, skillId: string, place: NewPlace): Promise<void> {
  const taken = new AppError('skill.name-taken', { skill: fullNameOf(place) })
  const now = await store.skillNamed(q, place.publisherId, place.name)
  if (now !== null && now !== skillId) throw taken
  const before = await store.skillFormerlyNamed(q, place.publisherId, place.name)
  if (before !== null && before !== skillId) throw taken
}

async function leaveRedirect(deps: MoveDeps, q: Queryable, skill: store.SkillHead, to: NewPlace): Promise<void> {
  // An old name that becomes the name again leads nowhere any more; the renames after it are told from the other old names.
  await store.deleteRedirect(q, to.publisherId, to.name)
  if ((await store.redirectsOf(q, skill.id)).length >= store.MOST_FORMER_NAMES) {
    const why = `a skill has at most ${store.MOST_FORMER_NAMES} former names`
    throw new AppError('skill.name-taken', { skill: fullNameOf(to), why })
  }
  const renamedAt = deps.clock.now()
  const record = deps.signRename({ from: fullNameOf(skill), to: fullNameOf(to), renamedAt: renamedAt.toISOString() })
  await store.insertRedirect(q, {
    publisherId: skill.publisherId,
    name: skill.name,
    skillId: skill.id,
    fromName: record.from,
    toName: record.to,
    keyId: record.keyId,
    signature: record.signature,
    renamedAt,
  })
}

/**
 * Moves a locked skill to another place, whose publisher and its own are locked: the old address leads to it for ever, by a record that
 * the platform signed, and what is on its way to a release is dropped with this reason. Throws skill.name-taken.
 */
export async function moveSkill(
  deps: MoveDeps,
  q: Queryable,
  skill: store.SkillHead,
  { to, reason }: { to: NewPlace; reason: string },
): Promise<void> {
  await requireFreeName(q, skill.id, to)
  await leaveRedirect(deps, q, skill, to)
  await dropPending(deps, q, { skillId: skill.id, reason })
  await store.placeSkill(q, skill.id, to)
  await refreshFace(deps, q, await store.lockSkill(q, skill.id))
}
