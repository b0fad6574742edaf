import type { Queryable } from '../../../platform/db/database.ts'
import type { Identity } from '../../identity/index.ts'
import type { Skills } from '../../skills/index.ts'
import { needsReview, type ReviewPolicy } from '../rules.ts'
import { lookAlikeOf } from '../rules/look-alikes.ts'

/** A skill that strangers are about to see for the first time under this name. */
export interface NewcomingSkill {
  /** Handle of its publisher. */
  publisher: string
  name: string
  /** Null where it has none but its name. */
  displayName: string | null
}

/** Why an administrator has to look at a new name, as the end of a sentence; null where nobody has to. */
export type FindLookAlike = (q: Queryable, skill: NewcomingSkill) => Promise<string | null>

/**
 * Holds new names against reserved ones and against those of popular skills of other publishers. Administrators may name their own
 * skills as they like.
 */
export function createLookAlikes({ identity, skills }: { identity: Identity; skills: Skills }): FindLookAlike {
  return async (q, { publisher, name, displayName }) => {
    const owner = (await identity.publisherByHandle(q, publisher))?.ownerUserId ?? null
    if (owner !== null && (await identity.userById(q, owner))?.role === 'admin') return null
    const popular = await skills.popularSkills(q, { exceptPublisher: publisher })
    return lookAlikeOf({ name, displayName: displayName ?? name }, popular)
  }
}

/** Whether an administrator has to look at a skill before it becomes public. */
export function createReviewNeed(policy: ReviewPolicy, findLookAlike: FindLookAlike) {
  return async (
    q: Queryable,
    skill: { publisher: string; publisherVerified: boolean; name: string },
  ): Promise<boolean> =>
    needsReview(policy, { verified: skill.publisherVerified }) ||
    (await findLookAlike(q, { ...skill, displayName: null })) !== null
}
