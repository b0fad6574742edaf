import { AppError, fullNameOf, type VersionDiff } from '@guildhall/contracts'
import { diffPackages, type PackageSide } from '@guildhall/skill-format'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../access.ts'
import * as store from '../store.ts'
import { takableVersion, type VersionAddress } from './see-skills.ts'

export interface CompareDeps {
  q: Queryable
  blobs: Blobs
}

/** A stored version as one side of a comparison; its bytes are read as they are needed. */
export async function packageSideOf(
  { q, blobs }: CompareDeps,
  { id, summary }: Pick<store.VersionRow, 'id' | 'summary'>,
): Promise<PackageSide> {
  return {
    summary,
    files: await store.filesOf(q, id),
    async bytesOf({ path, sha256 }) {
      const bytes = await blobs.get(sha256)
      if (!bytes) throw new Error(`the file ${path} of ${id} is missing among the blobs`)
      return bytes
    },
  }
}

/**
 * What changed in a version since another one of the same skill, by default the highest below it that is given out. Throws
 * skill.not-found, version.not-found, version.unavailable, version.nothing-before.
 */
export async function compareVersions(
  deps: CompareDeps,
  { from, ...address }: VersionAddress & { from: string | undefined },
  viewer: Viewer | null,
): Promise<VersionDiff> {
  const { skill, row: after } = await takableVersion(deps.q, address, viewer)
  const before =
    from === undefined
      ? await store.versionBefore(deps.q, after)
      : (await takableVersion(deps.q, { ...address, version: from }, viewer)).row
  if (!before) throw new AppError('version.nothing-before', { skill: fullNameOf(skill), version: after.semver })
  const diff = await diffPackages(await packageSideOf(deps, before), await packageSideOf(deps, after))
  return { from: before.semver, to: after.semver, ...diff }
}
