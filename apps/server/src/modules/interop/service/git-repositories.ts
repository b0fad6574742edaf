import { Readable } from 'node:stream'
import { fullNameOf } from '@guildhall/contracts'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import type { ListedRelease, Skills } from '../../skills/index.ts'
import { gitSnapshot, packOf } from './git-objects.ts'
import { pluginManifest } from '../rules.ts'

/** A repository of one commit, ready to be cloned. */
export interface Repository {
  /** Of the commit. */
  id: string
  tag: string | null
  packBytes: number
  openPack(): Promise<Readable>
}

export interface GitRepositories {
  /** The newest release of a skill as a plugin. */
  ofSkill(release: ListedRelease): Promise<Repository & { skillId: string }>
  /** These files, as they are now. Small: it is kept nowhere. */
  ofFiles(files: ReadonlyMap<string, Uint8Array>, version: { message: string; at: Date }): Repository
}

interface StoredPack {
  id: string
  sha256: string
  sizeBytes: number
}

const MOST_KNOWN = 2000
const MOST_PACK_BYTES = 200 * 1024 * 1024

const jsonFile = (value: object): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)

/** The skill as a plugin of Claude Code and of Codex, and as a folder of skills. */
function pluginFiles(release: ListedRelease, files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const manifest = jsonFile(pluginManifest(release))
  const inside = [...files].map(([path, bytes]): [string, Uint8Array] => [`skills/${release.name}/${path}`, bytes])
  return new Map([['.claude-plugin/plugin.json', manifest], ['.codex-plugin/plugin.json', manifest], ...inside])
}

/**
 * Makes repositories from what is stored. A pack is made once, kept as a blob, and made again by the node that does not know it, or
 * where nobody wanted it for so long that it was taken away.
 */
export function createGitRepositories({ skills, blobs }: { skills: Skills; blobs: Blobs }): GitRepositories {
  const known = new Map<string, Promise<StoredPack>>()
  // One at a time: each holds a whole package.
  let last: Promise<unknown> = Promise.resolve()

  async function make(release: ListedRelease): Promise<StoredPack> {
    const files = pluginFiles(release, await skills.loadPackage(release.versionId))
    const message = `${fullNameOf(release)} ${release.semver}`
    const snapshot = gitSnapshot(files, { message, at: release.releasedAt })
    const stored = await blobs.putStream(Readable.from(packOf(snapshot)), MOST_PACK_BYTES)
    return { id: snapshot.id, ...stored }
  }

  /** What is known and still there; nothing but this memory refers to a pack. */
  async function knownPack(key: string): Promise<StoredPack | null> {
    const before = known.get(key)
    const pack = await before
    if (pack === undefined || (await blobs.refresh(pack.sha256))) return pack ?? null
    if (known.get(key) === before) known.delete(key)
    return null
  }

  async function packFor(release: ListedRelease): Promise<StoredPack> {
    // What the catalogue says of the version is in the manifest, too.
    const key = `${release.versionId} ${JSON.stringify(pluginManifest(release))}`
    return (await knownPack(key)) ?? known.get(key) ?? makeAndRemember(key, release)
  }

  function makeAndRemember(key: string, release: ListedRelease): Promise<StoredPack> {
    const made = last.then(() => make(release))
    last = made.catch(() => undefined)
    known.set(key, made)
    made.catch(() => known.delete(key))
    const oldest = known.keys().next()
    if (known.size > MOST_KNOWN && !oldest.done) known.delete(oldest.value)
    return made
  }

  return {
    async ofSkill(release) {
      const { id, sha256, sizeBytes } = await packFor(release)
      return {
        skillId: release.skillId,
        id,
        tag: `v${release.semver}`,
        packBytes: sizeBytes,
        async openPack() {
          const blob = await blobs.open(sha256)
          if (!blob) throw new Error(`the pack ${sha256} of ${release.versionId} is missing among the blobs`)
          return blob.stream
        },
      }
    },
    ofFiles(files, version) {
      const snapshot = gitSnapshot(files, version)
      const pack = Buffer.concat([...packOf(snapshot)])
      return { id: snapshot.id, tag: null, packBytes: pack.length, openPack: async () => Readable.from([pack]) }
    },
  }
}
