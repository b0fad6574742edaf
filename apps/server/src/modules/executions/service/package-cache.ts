import { contentDigest } from '@guildhall/skill-format'
import type { ReleasedVersion } from '../../skills/index.ts'

export type PackageContent = ReadonlyMap<string, Uint8Array>

/** The files of a version are not the ones that were released. */
export class PackageChanged extends Error {
  constructor(version: ReleasedVersion, digest: string) {
    super(
      `the files of ${version.fullName} ${version.semver} have the digest ${digest}, released was ${version.digest}`,
    )
    this.name = 'PackageChanged'
  }
}

export interface PackageCache {
  /** The files of a version, verified against its digest. Throws PackageChanged. */
  get(version: ReleasedVersion): Promise<PackageContent>
}

const MOST_PACKAGES = 32
const MOST_BYTES = 64 * 1024 * 1024

interface Entry {
  content: PackageContent
  sizeBytes: number
}

async function loadVerified(load: (versionId: string) => Promise<PackageContent>, version: ReleasedVersion) {
  const content = await load(version.versionId)
  const digest = contentDigest({ fullName: version.signedAs, version: version.semver, files: content })
  if (digest !== version.digest) throw new PackageChanged(version, digest)
  return { content, sizeBytes: [...content.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0) }
}

/** Keeps the most recently used packages in memory, each verified once: a version never changes. */
export function createPackageCache(load: (versionId: string) => Promise<PackageContent>): PackageCache {
  const entries = new Map<string, Entry>()
  const loading = new Map<string, Promise<Entry>>()

  function keep(key: string, entry: Entry): void {
    entries.delete(key)
    entries.set(key, entry)
    let sizeBytes = [...entries.values()].reduce((sum, one) => sum + one.sizeBytes, 0)
    for (const [oldest, one] of entries) {
      if (entries.size <= MOST_PACKAGES && sizeBytes <= MOST_BYTES) return
      entries.delete(oldest)
      sizeBytes -= one.sizeBytes
    }
  }

  return {
    async get(version) {
      const key = `${version.versionId} ${version.digest}`
      const known = entries.get(key)
      const pending = loading.get(key) ?? (known ? Promise.resolve(known) : loadVerified(load, version))
      loading.set(key, pending)
      const entry = await pending.finally(() => loading.delete(key))
      keep(key, entry)
      return entry.content
    },
  }
}
