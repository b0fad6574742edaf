import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contentDigest, type LockedSkill, type PackageFiles, unpackArchive } from '@guildhall/skill-format/install'
import { contentOf } from './file-tree.ts'

type Key = Pick<LockedSkill, 'name' | 'signedAs' | 'version' | 'digest'>

/**
 * Packages as they were installed, by digest: what `ci` needs without a network, and the base of a merge. Everything read from it is
 * held against its digest, so a file that was cut short or tampered with counts as missing.
 */
export interface PackageCache {
  /** The files of a package; null where the cache does not have it whole. */
  read: (key: Key) => Promise<PackageFiles | null>
  /** Keeps an archive, or packs the files. A cache that cannot be written to is none; nothing is thrown. */
  keep: (key: Key, content: { archive: Uint8Array } | { files: PackageFiles }) => Promise<void>
}

/** Releases come packed; only what comes from elsewhere needs the code that packs. */
async function packed(files: PackageFiles): Promise<Uint8Array> {
  const { packTarGz } = await import('@guildhall/skill-format')
  return packTarGz(files)
}

/** A cache below a folder that only its user needs. It may be deleted at any time. */
export function createPackageCache(folder: string): PackageCache {
  const placeOf = ({ digest }: Key) => join(folder, 'packages', digest.slice(0, 2), digest)
  return {
    read: async (key) => {
      const archive = await readFile(placeOf(key)).catch(() => null)
      if (archive === null) return null
      const files = await unpackArchive(archive).catch(() => null)
      if (files === null) return null
      const { fullName, version, digest } = contentOf(key)
      return contentDigest({ fullName, version, files }) === digest ? files : null
    },
    keep: async (key, content) => {
      const place = placeOf(key)
      const archive = 'archive' in content ? content.archive : await packed(content.files)
      const present = await stat(place).catch(() => null)
      if (present?.size === archive.length) return
      // Written in place: a name for the time being would stay behind where the process is killed, and readers check the digest.
      await mkdir(join(place, '..'), { recursive: true }).catch(() => undefined)
      await writeFile(place, archive).catch(() => undefined)
    },
  }
}
