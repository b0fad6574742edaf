import type { PackageSummary } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { readUpload } from '../../publishing/index.ts'
import { findDraft } from '../store.ts'
import type { DraftsDeps } from './drafts-deps.ts'

/** A draft as a run needs it. */
export interface RunnableDraft {
  id: string
  /** Of the archive, by which its content is known. */
  blob: string
  summary: PackageSummary
}

/** Somebody's own draft as a run needs it; null where there is none, or none that says what it can do. */
export async function runnableDraft(
  { clock }: DraftsDeps,
  q: Queryable,
  which: { userId: string; id: string },
): Promise<RunnableDraft | null> {
  const row = await findDraft(q, { ...which, now: clock.now() })
  return row?.summary ? { id: row.id, blob: row.blob, summary: row.summary } : null
}

/** The files of an archive that was read before, so it can be read again. */
export async function loadDraft({ blobs }: DraftsDeps, blob: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const archive = await blobs.get(blob)
  if (!archive) throw new Error(`the draft ${blob} is missing among the blobs`)
  return readUpload(archive)
}
