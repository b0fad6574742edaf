import { AppError, fullNameOf, type SkillAddress } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { type Authority, lacksForChange, maySeeSkill, seesEverything, type Viewer } from '../access.ts'
import * as store from '../store.ts'
import { visibleSkill } from './see-skills.ts'

/** Who wants to change a skill, and which. */
export interface Changing {
  actor: Viewer
  address: SkillAddress
}

/**
 * The skill at an address, locked, where the actor may change it. Throws skill.not-found, for skills of others and for those without a
 * release, too; auth.forbidden for who sees everything of it but may not do this.
 */
export async function lockOwnSkill(
  q: Queryable,
  { actor, address }: Changing,
  authority: Authority,
): Promise<store.SkillHead> {
  const { id } = await visibleSkill(q, address, actor)
  const skill = await store.lockSkill(q, id)
  // Judged as it is now that nobody else can change it.
  const notFound = new AppError('skill.not-found', { skill: fullNameOf(address) })
  if (!seesEverything(actor, skill) || !maySeeSkill(actor, skill) || !skill.wasReleased) throw notFound
  const needs = lacksForChange(actor, skill, authority)
  if (needs !== null) throw new AppError('auth.forbidden', { needs })
  return skill
}

/**
 * The same for its owner, with its publisher and these others locked before it, so that none of them gets a skill or a name meanwhile.
 * Whoever locks both locks publishers first: rows that name a publisher wait for it while they hold the skill.
 */
export async function lockOwnPlace(
  q: Queryable,
  changing: Changing,
  otherPublishers: readonly string[] = [],
): Promise<store.SkillHead> {
  const { actor, address } = changing
  const { publisherId } = await visibleSkill(q, address, actor)
  await store.lockPublishers(q, [publisherId, ...otherPublishers])
  const skill = await lockOwnSkill(q, changing, 'owner')
  // It was handed over while we waited.
  if (skill.publisherId !== publisherId) throw new AppError('skill.not-found', { skill: fullNameOf(address) })
  return skill
}
