import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { AuditEntry, AuditPage, JsonObject, Page, PageQuery } from '@guildhall/contracts'
import type { Clock } from '../../platform/clock/clock.ts'
import { decodeCursor, pageFrom } from '../../platform/db/cursor.ts'
import type { Queryable } from '../../platform/db/database.ts'
import {
  breakAt,
  type ChainEnd,
  chainStart,
  keepableObject,
  keepableText,
  type Link,
  sealedText,
  type SealedLink,
} from './rules.ts'
import { append, lockHead, newest, oldest, readHead } from './store.ts'

export interface AuditRecord {
  /** Id of the principal, or `system`. */
  actor: string
  /** `key.created`: what it was done to, what was done. */
  action: string
  /** Id of what it was done to. */
  subject: string
  /** Safe for administrators: no secrets. */
  facts?: JsonObject
}

/** `seq` is the first entry that is wrong. */
export type AuditVerdict = { isUnbroken: true; entries: number } | { isUnbroken: false; seq: number; why: string }

/** The handles of those of these ids that name an account or a publisher. The log is below the module that knows them. */
export type FindHandles = (q: Queryable, ids: readonly string[]) => Promise<Record<string, string>>

export interface Audit {
  /**
   * Appends inside the caller's transaction. Appends wait for one another until their transactions end, so record last: what is
   * locked after it could wait for somebody who waits for the log.
   */
  record(q: Queryable, entry: AuditRecord): Promise<void>
  /** The same for several entries at once, in their order. */
  recordAll(q: Queryable, entries: readonly AuditRecord[]): Promise<void>
  /** The hash of the first entry, which tells this log and its copies from every other; null where it is empty. */
  beginning(q: Queryable): Promise<string | null>
  /** Newest first. Throws request.invalid for a cursor of another list. */
  list(q: Queryable, page: PageQuery): Promise<Page<AuditEntry>>
  /** The same for people to read. */
  listWithHandles(q: Queryable, page: PageQuery, handlesOf: FindHandles): Promise<AuditPage>
  /** Walks the whole chain and says where it is broken. Reads every entry, a thousand at a time. */
  verify(q: Queryable): Promise<AuditVerdict>
}

const VERIFY_BATCH = 1000
const Cursor = z.tuple([z.number().int().positive()])

function hashOf(link: Link): string {
  return createHash('sha256').update(sealedText(link)).digest('hex')
}

function entryOf({ previousHash: _, ...entry }: SealedLink): AuditEntry {
  return entry
}

/** The log of every change: append-only, each entry sealed by a hash that covers the one before it. */
export function createAudit({ clock }: { clock: Clock }): Audit {
  function linkAfter(end: ChainEnd, entry: AuditRecord): SealedLink {
    const link: Link = {
      seq: end.seq + 1,
      at: clock.now().toISOString(),
      actor: keepableText(entry.actor),
      action: keepableText(entry.action),
      subject: keepableText(entry.subject),
      facts: keepableObject(entry.facts ?? {}),
      previousHash: end.hash,
    }
    return { ...link, hash: hashOf(link) }
  }

  async function recordAll(q: Queryable, entries: readonly AuditRecord[]): Promise<void> {
    if (entries.length === 0) return
    const head = await lockHead(q)
    if (!head) throw new Error('audit_head has no row: the migrations did not run to their end')
    const links: SealedLink[] = []
    for (const entry of entries) links.push(linkAfter(links.at(-1) ?? head, entry))
    await append(q, links)
  }

  async function list(q: Queryable, { limit, cursor }: PageQuery): Promise<Page<AuditEntry>> {
    const [before] = cursor === undefined ? [null] : decodeCursor(Cursor, cursor)
    const rows = await newest(q, { before, limit: limit + 1 })
    return pageFrom(rows, limit, { item: entryOf, cursor: (row) => [row.seq] })
  }

  return {
    record: (q, entry) => recordAll(q, [entry]),
    recordAll,

    async beginning(q) {
      const [first] = await oldest(q, { after: 0, upTo: 1, limit: 1 })
      return first?.hash ?? null
    },

    list,

    async listWithHandles(q, page, handlesOf) {
      const { items, nextCursor } = await list(q, page)
      const ids = new Set(items.flatMap(({ actor, subject }) => [actor, subject]))
      return { items, nextCursor, handles: await handlesOf(q, [...ids]) }
    },

    async verify(q) {
      // The end is read first: entries that are appended meanwhile lie beyond it.
      const head = await readHead(q)
      if (!head) return { isUnbroken: false, seq: 1, why: 'the end of the chain is missing' }
      return walk(q, head)
    },
  }
}

async function walk(q: Queryable, head: ChainEnd): Promise<AuditVerdict> {
  let end = chainStart
  while (end.seq < head.seq) {
    const links = await oldest(q, { after: end.seq, upTo: head.seq, limit: VERIFY_BATCH })
    if (links.length === 0) return { isUnbroken: false, seq: end.seq + 1, why: `entry ${end.seq + 1} is missing` }
    for (const link of links) {
      const why = breakAt(end, link, hashOf(link))
      if (why !== null) return { isUnbroken: false, seq: end.seq + 1, why }
      end = link
    }
  }
  if (end.hash !== head.hash) return { isUnbroken: false, seq: head.seq, why: 'the end of the chain was changed' }
  return { isUnbroken: true, entries: head.seq }
}
