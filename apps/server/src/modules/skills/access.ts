import type { Role, VersionStatus, Visibility } from '@guildhall/contracts'

export interface Viewer {
  userId: string
  role: Role
}

export type SkillStatus = 'active' | 'suspended' | 'deleted'

export interface ViewedSkill {
  status: SkillStatus
  visibility: Visibility
  /** Some version of it was public once. */
  wasReleased: boolean
  publisherOwner: string | null
}

export interface ViewedVersion {
  status: VersionStatus
  publisherOwner: string | null
}

const isOwner = (viewer: Viewer | null, publisherOwner: string | null): boolean =>
  viewer !== null && viewer.userId === publisherOwner

const isAdmin = (viewer: Viewer | null): boolean => viewer?.role === 'admin'

/** May know everything of the skills of this owner: the owner, and administrators. */
export function seesEverything(viewer: Viewer | null, { publisherOwner }: { publisherOwner: string | null }): boolean {
  return isAdmin(viewer) || isOwner(viewer, publisherOwner)
}

/**
 * The one place that answers "who may see this skill", as SQL in `store/listed-skills.ts`. Public ones are everybody's from their first
 * release on, the others their publisher's; administrators see all, and they alone what was removed.
 */
export function maySeeSkill(viewer: Viewer | null, skill: ViewedSkill): boolean {
  if (isAdmin(viewer)) return true
  if (skill.status === 'deleted') return false
  if (isOwner(viewer, skill.publisherOwner)) return true
  return skill.status === 'active' && skill.visibility === 'public' && skill.wasReleased
}

const KNOWN: Record<VersionStatus, boolean> = {
  pending: false,
  rejected: false,
  released: true,
  yanked: true,
  withdrawn: true,
  suspended: true,
}

/** Who sees a skill knows all of its versions that were released once, with what became of them; the others are for its publisher and administrators. */
export function maySeeVersion(viewer: Viewer | null, version: ViewedVersion): boolean {
  return KNOWN[version.status] || seesEverything(viewer, version)
}

/** Whether a version in this status is given out: its bytes, its texts, its differences to others. */
export function isGivenOut(status: VersionStatus): boolean {
  return status === 'released' || status === 'yanked'
}

/** Who sees a version may have its bytes and texts while it is given out; its publisher and administrators always. */
export function mayTakeVersion(viewer: Viewer | null, version: ViewedVersion): boolean {
  return isGivenOut(version.status) || seesEverything(viewer, version)
}

/** Who may change something of a skill: whoever owns its publisher, and for some changes administrators, too. */
export type Authority = 'owner' | 'owner-or-admin' | 'admin'

/** What the viewer lacks to make a change; null where nothing is lacking. */
export function lacksForChange(
  viewer: Viewer,
  skill: { publisher: string; publisherOwner: string | null },
  authority: Authority,
): string | null {
  if (authority !== 'admin' && isOwner(viewer, skill.publisherOwner)) return null
  if (authority !== 'owner' && isAdmin(viewer)) return null
  return authority === 'admin' ? 'role admin' : `ownership of @${skill.publisher}`
}
