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
  /** The files of a draft, whose archive is named by its own digest. */
  getDraft(blob: string): Promise<PackageContent>
}

/** Where the cache gets what it does not have. */
export interface PackageSource {
  ofVersion(versionId: string): Promise<PackageContent>
  ofDraft(blob: string): Promise<PackageContent>
}

const MOST_PACKAGES = 32
const MOST_BYTES = 64 * 1024 * 1024

interface Entry {
  content: PackageContent
  sizeBytes: number
}

const entryOf = (content: PackageContent): Entry => ({
  content,
  sizeBytes: [...content.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0),
})

async function loadVerified(source: PackageSource, version: ReleasedVersion): Promise<Entry> {
  const content = await source.ofVersion(version.versionId)
  const digest = contentDigest({ fullName: version.signedAs, version: version.semver, files: content })
  if (digest !== version.digest) throw new PackageChanged(version, digest)
  return entryOf(content)
}

/** Keeps the most recently used packages in memory, each verified once: a version never changes. */
export function createPackageCache(source: PackageSource): PackageCache {
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

  async function find(key: string, load: () => Promise<Entry>): Promise<PackageContent> {
    const known = entries.get(key)
    const pending = loading.get(key) ?? (known ? Promise.resolve(known) : load())
    loading.set(key, pending)
    const entry = await pending.finally(() => loading.delete(key))
    keep(key, entry)
    return entry.content
  }

  return {
    get: (version) => find(`${version.versionId} ${version.digest}`, () => loadVerified(source, version)),
    getDraft: (blob) => find(`draft ${blob}`, async () => entryOf(await source.ofDraft(blob))),
  }
}
