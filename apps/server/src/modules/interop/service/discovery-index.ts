import { AppError, fullNameOf, type SkillAddress } from '@guildhall/contracts'
import type { ListedRelease, Skills, Viewer } from '../../skills/index.ts'
import { type DiscoveryIndex, discoveryIndex } from '../rules.ts'

interface IndexDeps {
  skills: Skills
}

/** A skill of which an index tells; `version` null means its newest release. */
export interface PickedSkill extends SkillAddress {
  version: string | null
}

/** The release at an address, also at one that the skill had before. Throws skill.not-found, version.not-found, version.unavailable. */
async function releaseAt({ skills }: IndexDeps, picked: PickedSkill, viewer: Viewer | null): Promise<ListedRelease> {
  const version = picked.version ?? undefined
  const list = ({ publisher, name }: SkillAddress) =>
    skills.listReleases({ publisher, name, version, limit: 1 }, viewer)
  const [found] = await list(picked)
  if (found) return found
  const { publisher, name } = await skills.get(picked, viewer)
  const [renamed] = await list({ publisher, name })
  if (renamed) return renamed
  if (version !== undefined) await skills.findArchive({ publisher, name, version, format: 'package' }, viewer)
  throw new AppError('skill.not-found', { skill: fullNameOf(picked) })
}

/** The index of one skill. Throws skill.not-found, version.not-found, version.unavailable. */
export async function indexOfSkill(
  deps: IndexDeps,
  picked: PickedSkill,
  { viewer, base }: { viewer: Viewer | null; base: string },
): Promise<DiscoveryIndex> {
  return discoveryIndex([await releaseAt(deps, picked, viewer)], base)
}
