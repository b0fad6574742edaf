import { randomUUID } from 'node:crypto'
import { opendir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock/clock.ts'
import type { BlobStore, KeptBlob } from './blobs.ts'
import type { Turns } from './turns.ts'

export const SHA256 = /^[0-9a-f]{64}$/
/** The folders that blobs lie in: the first two digits of their digests. */
const FOLDERS = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))
/** The file that says whose blobs these are. */
const OWNER = 'database'

interface DiskFolders {
  root: string
  /** For files that are not complete yet. */
  incoming: string
  pathOf: (sha256: string) => string
  /** Whatever makes, refreshes or removes the file of a digest does it in turn. */
  inTurn: Turns
  clock: Clock
}

export function absentAsNull(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}

/** What the collector asks of blobs on a disk. The time of a file is when its blob was last put or refreshed. */
export function collectable({
  root,
  incoming,
  pathOf,
  inTurn,
  clock,
}: DiskFolders): Pick<BlobStore, 'refresh' | 'list' | 'remove' | 'claim'> {
  async function describe(sha256: string): Promise<KeptBlob | null> {
    const found = await stat(pathOf(sha256)).catch(absentAsNull)
    return found && { sha256, sizeBytes: found.size, storedAt: found.mtime }
  }

  return {
    async refresh(sha256) {
      const path = pathOf(sha256)
      const touched = await inTurn(sha256, () => utimes(path, clock.now(), clock.now()).catch(absentAsNull))
      return touched !== null
    },
    async *list() {
      for (const name of FOLDERS) {
        const folder = await opendir(join(root, name)).catch(absentAsNull)
        for await (const entry of folder ?? []) {
          const sha256 = `${name}${entry.name}`
          const found = entry.isFile() && SHA256.test(sha256) ? await describe(sha256) : null
          if (found) yield found
        }
      }
    },
    async remove(sha256, before) {
      return inTurn(sha256, async () => {
        const found = await describe(sha256)
        if (!found || found.storedAt >= before) return false
        await unlink(pathOf(sha256))
        return true
      })
    },
    async claim(databaseId) {
      const path = join(root, OWNER)
      const known = await readFile(path, 'utf8').catch(absentAsNull)
      if (known !== null) return known === databaseId ? (await stat(path)).mtime : null
      const temporary = join(incoming, randomUUID())
      await writeFile(temporary, databaseId, { mode: 0o600, flush: true })
      const now = clock.now()
      await utimes(temporary, now, now)
      await rename(temporary, path)
      return now
    },
  }
}
