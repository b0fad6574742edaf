import type { Readable } from 'node:stream'
import { AppError, type Draft } from '@guildhall/contracts'
import { inspectUpload, storeUpload } from '../../publishing/index.ts'
import { expiryOf, MOST_DRAFTS, unreadableReport } from '../rules.ts'
import { countDrafts, type DraftRow, insertDraft, lockDrafts } from '../store.ts'
import type { DraftsDeps } from './drafts-deps.ts'
import { viewOf } from './own-drafts.ts'

type Read = Pick<DraftRow, 'conformance' | 'summary'>

async function read({ blobs }: DraftsDeps, sha256: string): Promise<Read> {
  const archive = await blobs.get(sha256)
  if (!archive) throw new Error(`the draft ${sha256} is missing among the blobs`)
  const upload = await inspectUpload(archive)
  if (upload.kind === 'unreadable') return { conformance: unreadableReport(upload.finding), summary: null }
  const { conformance, summary } = upload.inspection
  if (upload.kind === 'read') return { conformance, summary }
  return { conformance: { ...conformance, findings: [...conformance.findings, upload.finding] }, summary: null }
}

/** Row and audit entry together. Throws draft.too-many. */
async function insert({ database, audit }: DraftsDeps, row: DraftRow): Promise<void> {
  await database.transaction(async (q) => {
    await lockDrafts(q, row.userId)
    const live = await countDrafts(q, row.userId)
    if (live >= MOST_DRAFTS) throw new AppError('draft.too-many', { limit: MOST_DRAFTS, live })
    await insertDraft(q, row)
    const facts = { filename: row.filename, sha256: row.blob, name: row.summary?.name ?? null }
    await audit.record(q, { actor: row.userId, action: 'draft.created', subject: row.id, facts })
  })
}

/**
 * Makes what keeps an upload as a draft, whether or not it is a package that could run: its report says so. Archives are read one after
 * the other, since each takes memory. Throws upload.unsupported, upload.empty, request.too-large, draft.too-many.
 */
export function createDraftReader(deps: DraftsDeps) {
  let before: Promise<unknown> = Promise.resolve()

  function readInTurn(sha256: string): Promise<Read> {
    const reading = before.then(() => read(deps, sha256))
    before = reading.catch(() => undefined)
    return reading
  }

  return async function keepDraft(userId: string, upload: { filename: string; bytes: Readable }): Promise<Draft> {
    const { database, blobs, uploadLimitBytes, ids, clock } = deps
    const live = await countDrafts(database.q, userId)
    // Before the bytes are taken; the transaction counts again.
    if (live >= MOST_DRAFTS) throw new AppError('draft.too-many', { limit: MOST_DRAFTS, live })
    const { sha256, sizeBytes } = await storeUpload({ blobs, uploadLimitBytes }, upload)
    const found = await readInTurn(sha256)
    const createdAt = clock.now()
    const { filename } = upload
    const kept = { userId, filename, sizeBytes, blob: sha256, createdAt, expiresAt: expiryOf(createdAt) }
    const row = { id: ids.make('draft'), ...kept, ...found }
    await insert(deps, row)
    return viewOf(row)
  }
}
