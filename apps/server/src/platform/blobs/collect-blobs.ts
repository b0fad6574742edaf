import type { Clock } from '../clock/clock.ts'
import type { Database, Queryable } from '../db/database.ts'
import type { Log } from '../log/log.ts'
import type { BlobStore, KeptBlob } from './blobs.ts'
import type { BlobReferences } from './references.ts'

/** How long bytes may lie about before a row refers to them: far longer than anything takes from its put to its row. */
const GRACE_MS = 24 * 60 * 60 * 1000
/** So many are asked about in one statement of each module. */
const PAGE = 500
/** So many are asked about once more, right before they go. */
const GROUP = 50

export interface Collected {
  count: number
  bytes: number
}

export interface CollectorDeps {
  database: Database
  store: BlobStore
  references: readonly BlobReferences[]
  clock: Clock
  log: Log
  /** The same for a database and its copies, and for no other; null where nothing was ever done in it. */
  databaseId: (q: Queryable) => Promise<string | null>
  /** Told at the end of a round that took something away, also where it was broken off. */
  onCollected: (collected: Collected) => Promise<void>
}

/** Whether nothing of the store belongs to another database, nor may turn out to. */
async function isOurs({ database, store, log, databaseId }: CollectorDeps, before: Date): Promise<boolean> {
  const id = await databaseId(database.q)
  if (id === null) return false
  const since = await store.claim(id)
  if (since === null)
    log.error(
      'no blob was taken away: they belong to another database. If this server uses the right one, remove the file "database" among the blobs',
    )
  return since !== null && since < before
}

async function* pagesOfOld(store: BlobStore, before: Date): AsyncGenerator<KeptBlob[]> {
  let page: KeptBlob[] = []
  for await (const blob of store.list()) {
    if (blob.storedAt >= before) continue
    page.push(blob)
    if (page.length < PAGE) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

async function withoutReference({ database, references }: CollectorDeps, blobs: KeptBlob[]): Promise<KeptBlob[]> {
  let left = blobs
  for (const { among } of references) {
    if (left.length === 0) return []
    const digests = left.map(({ sha256 }) => sha256)
    const referred = new Set(await among(database.q, digests))
    left = left.filter(({ sha256 }) => !referred.has(sha256))
  }
  return left
}

/** Where a round is: what it took away, and what tells it to end. */
interface Round {
  before: Date
  stopping: AbortSignal
  collected: Collected
}

async function collectGroup(deps: CollectorDeps, { before, stopping, collected }: Round, group: KeptBlob[]) {
  for (const { sha256, sizeBytes } of await withoutReference(deps, group)) {
    if (stopping.aborted) return
    if (!(await deps.store.remove(sha256, before))) continue
    collected.count += 1
    collected.bytes += sizeBytes
  }
}

async function collectAll(deps: CollectorDeps, round: Round): Promise<void> {
  for await (const page of pagesOfOld(deps.store, round.before)) {
    const candidates = await withoutReference(deps, page)
    for (let start = 0; start < candidates.length; start += GROUP) {
      if (round.stopping.aborted) return
      await collectGroup(deps, round, candidates.slice(start, start + GROUP))
    }
    if (round.stopping.aborted) return
  }
}

/**
 * Takes away every blob that no row refers to and that was neither put nor refreshed for a day. Holds neither a transaction nor more than
 * some hundred digests. May be broken off at any moment, and run twice at once: a blob goes only where nothing needs it.
 */
export async function collectBlobs(deps: CollectorDeps, stopping: AbortSignal): Promise<Collected> {
  const before = new Date(deps.clock.now().getTime() - GRACE_MS)
  const collected = { count: 0, bytes: 0 }
  if (!(await isOurs(deps, before))) return collected
  try {
    await collectAll(deps, { before, stopping, collected })
  } finally {
    if (collected.count > 0) await deps.onCollected(collected)
  }
  return collected
}
