import type { Readable } from 'node:stream'
import type { Draft, Page, PageQuery } from '@guildhall/contracts'
import type { Queryable } from '../../platform/db/database.ts'
import type { DraftsDeps } from './service/drafts-deps.ts'
import { expireDrafts } from './service/expire-drafts.ts'
import { createDraftReader } from './service/keep-draft.ts'
import { getDraft, listDrafts, removeDraft } from './service/own-drafts.ts'
import { loadDraft, runnableDraft, type RunnableDraft } from './service/run-draft.ts'
import { holdDraft } from './store.ts'

/** Packages that their makers try out before they publish them. Everybody sees only their own, and each goes after a week. */
export interface Drafts {
  /** Throws upload.unsupported, upload.empty, request.too-large, draft.too-many. */
  create(userId: string, upload: { filename: string; bytes: Readable }): Promise<Draft>
  list(userId: string, query: PageQuery): Promise<Page<Draft>>
  /** Throws draft.not-found. */
  get(userId: string, id: string): Promise<Draft>
  /** Throws draft.not-found. */
  remove(userId: string, id: string): Promise<void>
  /** What is needed to run an action; null where this person has no such draft, or one that cannot be read. */
  forRun(q: Queryable, userId: string, id: string): Promise<RunnableDraft | null>
  /** Keeps it there until the transaction ends. False: this person has no such draft any more. */
  hold(q: Queryable, userId: string, id: string): Promise<boolean>
  /** The files of a draft, by the digest of its archive. */
  load(blob: string): Promise<ReadonlyMap<string, Uint8Array>>
  /** Takes away what has expired. */
  expire(): Promise<void>
}

/** Wires the module. */
export function createDrafts(deps: DraftsDeps): Drafts {
  const keep = createDraftReader(deps)
  return {
    create: (userId, upload) => keep(userId, upload),
    list: (userId, query) => listDrafts(deps, userId, query),
    get: (userId, id) => getDraft(deps, userId, id),
    remove: (userId, id) => removeDraft(deps, userId, id),
    forRun: (q, userId, id) => runnableDraft(deps, q, { userId, id }),
    hold: (q, userId, id) => holdDraft(q, { userId, id }),
    load: (blob) => loadDraft(deps, blob),
    expire: () => expireDrafts(deps),
  }
}
