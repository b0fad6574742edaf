import type { Visibility } from '@guildhall/contracts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { isPublicLevel } from '../rules/version-changes.ts'
import * as store from '../store.ts'
import { type FaceDeps, refreshFace } from './refresh-face.ts'

/** Digests of the archives of a version among the blobs: the signed package, and the plain ones. */
export interface ReleasedArchives extends store.PlainArchives {
  archiveSha256: string
  /** File name of the signed package. */
  archiveName: string
}

/** What a release brings with it. */
export interface ReleaseTerms {
  archives: ReleasedArchives
  /** Asked for with the release; null keeps what the skill has. */
  visibility: Visibility | null
  /** Whether everybody may have it as far as reviews are concerned. */
  mayBePublic: boolean
}

/** `gone`: the version is not pending any more. `refused`: everybody would get something that not everybody may have. */
export type ReleaseOutcome = 'released' | 'gone' | 'refused'

type Opening = Pick<ReleaseTerms, 'visibility' | 'mayBePublic'> & { version: store.VersionRow }

/** Who may see the skill from this release on; null where that cannot be. */
async function visibilityWith(q: Queryable, skill: store.SkillHead, opening: Opening): Promise<Visibility | null> {
  const wanted = skill.visibility === 'public' ? 'public' : (opening.visibility ?? 'private')
  if (wanted === 'private') return 'private'
  if (!opening.mayBePublic || !isPublicLevel(opening.version.conformance.level)) return null
  if (skill.visibility === 'public') return 'public'
  const given = await store.releasedVersions(q, skill.id, ['released', 'yanked'])
  return given.every(({ level }) => isPublicLevel(level)) ? 'public' : null
}

/** Makes a signed version known to who may see its skill, and the face of the skill where `latest` means it now. */
export async function releaseVersion(
  deps: FaceDeps & { clock: Clock },
  q: Queryable,
  versionId: string,
  { archives, ...opening }: ReleaseTerms,
): Promise<ReleaseOutcome> {
  const version = await store.versionRowById(q, versionId)
  if (!version) throw new Error(`there is no version ${versionId}`)
  const skill = await store.lockSkill(q, version.skillId)
  const now = deps.clock.now()
  const set = { ...archives, releasedAt: now }
  if (!(await store.moveVersion(q, { id: versionId, from: 'pending', to: 'released', set }))) return 'gone'
  const visibility = await visibilityWith(q, skill, { ...opening, version })
  if (visibility === null) return 'refused'
  if (visibility !== skill.visibility) await store.setVisibility(q, skill.id, visibility)
  await store.noteRelease(q, skill.id, now)
  await refreshFace(deps, q, skill)
  return 'released'
}
