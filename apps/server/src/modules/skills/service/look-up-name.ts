import { fullNameOf, type SkillAddress, type Visibility } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { maySeeSkill, type Viewer } from '../access.ts'
import { isPublicLevel } from '../rules/version-changes.ts'
import * as store from '../store.ts'

/** What a publisher's name stands for. */
export type NameUse =
  | { kind: 'free' }
  /** `unpublishable`: versions that are given out and do not conform well enough for everybody. */
  | { kind: 'skill'; visibility: Visibility; unpublishable: string[] }
  /** It leads to the skill under another name, now and for ever. Null: one that only its new publisher may know. */
  | { kind: 'renamed'; to: string | null }
  /** The skill was removed; nothing gets its name. */
  | { kind: 'removed' }

/** Says what a name of a publisher stands for, before its owner publishes something under it. */
export async function lookUpName(
  q: Queryable,
  { ownerUserId, ...address }: SkillAddress & { ownerUserId: string | null },
): Promise<NameUse> {
  const skill = await store.findSkill(q, address.publisher, address.name)
  if (!skill) return { kind: 'free' }
  const to = fullNameOf(skill)
  const owner: Viewer | null = ownerUserId === null ? null : { userId: ownerUserId, role: 'user' }
  if (to !== fullNameOf(address)) return { kind: 'renamed', to: maySeeSkill(owner, skill) ? to : null }
  if (skill.status === 'deleted') return { kind: 'removed' }
  const given = await store.releasedVersions(q, skill.id, ['released', 'yanked'])
  const unpublishable = given.filter(({ level }) => !isPublicLevel(level)).map(({ semver }) => semver)
  return { kind: 'skill', visibility: skill.visibility, unpublishable }
}
