import { AppError, fullNameOf } from '@guildhall/contracts'
import type { ListedRelease, Skills, Viewer } from '../../skills/index.ts'
import { type DiscoveryIndex, discoveryIndex } from '../rules.ts'
import type { Releases } from './remember-releases.ts'

export interface IndexDeps {
  skills: Skills
  releases: Releases
}

/** A skill of which an index tells; `version` null means its newest release. */
export interface PickedSkill {
  publisher: string
  name: string
  version: string | null
}

/** The newest release at an address, also at one that the skill had before. Throws skill.not-found. */
async function releaseAt({ skills }: IndexDeps, { publisher, name }: PickedSkill, viewer: Viewer | null) {
  const [found] = await skills.listReleases({ publisher, name, limit: 1 }, viewer)
  if (found) return found
  const { publisher: newPublisher, name: newName } = await skills.get({ publisher, name }, viewer)
  const [renamed] = await skills.listReleases({ publisher: newPublisher, name: newName, limit: 1 }, viewer)
  if (renamed) return renamed
  throw new AppError('skill.not-found', { skill: fullNameOf({ publisher, name }) })
}

async function pinned({ skills }: IndexDeps, release: ListedRelease, version: string, viewer: Viewer | null) {
  if (version === release.semver) return release
  const address = { publisher: release.publisher, name: release.name, version }
  const { fileCount } = await skills.version(address, viewer)
  const kind = fileCount === 1 ? ('skill-md' as const) : ('tar.gz' as const)
  const { sha256, semver } = await skills.findArchive({ ...address, format: kind }, viewer)
  return { ...release, semver, artifact: { kind, sha256 } }
}

/** The index of one skill. Throws skill.not-found, version.not-found, version.unavailable. */
export async function indexOfSkill(
  deps: IndexDeps,
  picked: PickedSkill,
  { viewer, base }: { viewer: Viewer | null; base: string },
): Promise<DiscoveryIndex> {
  const release = await releaseAt(deps, picked, viewer)
  const wanted = picked.version === null ? release : await pinned(deps, release, picked.version, viewer)
  return discoveryIndex([wanted], base)
}
