import * as z from 'zod'
import {
  AppError,
  type Import,
  type ImportSummary,
  type Page,
  type PageQuery,
  type Visibility,
} from '@guildhall/contracts'
import type { Caller } from '../../../platform/auth/caller.ts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import { maySeeSubmission } from '../access.ts'
import { importJob } from '../jobs.ts'
import * as store from '../store/imports.ts'
import { type ImportDeps, readGitSource } from './import-deps.ts'
import { giveUpImport, runImport } from './run-import.ts'

export interface ImportRequest {
  publisher: string
  source: string
  skills?: readonly string[] | undefined
  visibility?: Visibility | undefined
  idempotencyKey: string | null
}

export interface Imports {
  /** Notes the import and starts it as soon as no other of this publisher is under way. */
  start(author: Caller, request: ImportRequest): Promise<Import>
  list(author: Caller, page: PageQuery): Promise<Page<ImportSummary>>
  get(author: Caller, id: string): Promise<Import>
  /** Does what is left of an import. */
  run(importId: string, signal: AbortSignal): Promise<void>
  giveUp(importId: string): Promise<void>
}

/** Waiting and under way, for one publisher. */
const MAX_UNFINISHED = 20

const Cursor = z.tuple([CursorTime, z.string().max(64)])
const cursorOf = ({ createdAt, id }: Pick<store.ImportRow, 'createdAt' | 'id'>) =>
  [createdAt.toISOString(), id] as const

function headOf(row: Omit<store.ImportRow, 'items' | 'skipped'>): Omit<Import, 'items' | 'skipped'> {
  const { publisher, source, status, repository, ref, commit, visibility, error } = row
  const times = { createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() }
  return {
    id: row.id as Import['id'],
    publisher,
    source,
    status,
    repository,
    ref,
    commit,
    visibility,
    error,
    ...times,
  }
}

function importOf(row: store.ImportRow): Import {
  return { ...headOf(row), items: row.items, skipped: row.skipped }
}

function summaryOf(row: store.ImportHead): ImportSummary {
  const { submitted, unchanged, refused } = row
  return { ...headOf(row), submitted, unchanged, refused }
}

const sameNames = (a: readonly string[] | null | undefined, b: readonly string[] | null | undefined): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

function sameImport(earlier: store.ImportRow | null, again: store.NewImport): store.ImportRow | null {
  if (!earlier) return null
  const isSame =
    earlier.publisherId === again.publisherId &&
    earlier.source === again.source &&
    earlier.visibility === again.visibility &&
    sameNames(earlier.wanted, again.wanted)
  if (!isSame) throw new AppError('idempotency.mismatch')
  return earlier
}

async function start(deps: ImportDeps, author: Caller, request: ImportRequest): Promise<Import> {
  const { database, audit, clock } = deps.pipeline
  const publisher = await deps.identity.publisherByHandle(database.q, request.publisher)
  if (!publisher) throw new AppError('publisher.not-found', { publisher: request.publisher })
  if (!deps.identity.mayPublishAs(author, publisher))
    throw new AppError('auth.forbidden', { needs: `ownership of @${publisher.handle}` })
  readGitSource(request.source, deps.settings)
  const now = clock.now()
  const row: store.NewImport = {
    id: deps.ids.make('import'),
    publisherId: publisher.id,
    createdBy: author.userId,
    source: request.source,
    wanted: request.skills === undefined ? null : [...request.skills],
    visibility: request.visibility ?? null,
    status: 'queued',
    items: [],
    skipped: [],
    idempotencyKey: request.idempotencyKey,
    createdAt: now,
    updatedAt: now,
  }
  const saved = await database.transaction(async (q) => {
    await store.lockPublisher(q, publisher.id)
    const unfinished = await store.countUnfinished(q, publisher.id)
    if (!(await store.insertImport(q, row)))
      return sameImport(await store.findImportByKey(q, author.userId, request.idempotencyKey ?? ''), row)
    if (unfinished >= MAX_UNFINISHED) throw new AppError('import.too-many', { limit: MAX_UNFINISHED })
    await deps.jobs.enqueue(q, importJob, { importId: row.id })
    await audit.record(q, {
      actor: author.userId,
      action: 'import.created',
      subject: row.id,
      facts: { publisher: publisher.handle, source: row.source },
    })
    return store.findImport(q, row.id)
  })
  if (!saved) throw new Error(`the import ${row.id} vanished while it was made`)
  return importOf(saved)
}

/** Bringing in whole repositories: each skill goes through the same pipeline as an upload. */
export function createImports(deps: ImportDeps): Imports {
  const { q } = deps.pipeline.database
  return {
    start: (author, request) => start(deps, author, request),
    async list(author, page) {
      const after = page.cursor ? decodeCursor(Cursor, page.cursor) : null
      const rows = await store.listImportsOf(q, author.userId, { after, limit: page.limit + 1 })
      return pageFrom(rows, page.limit, { item: summaryOf, cursor: cursorOf })
    },
    async get(author, id) {
      const row = await store.findImport(q, id)
      if (!row || !maySeeSubmission(author, row)) throw new AppError('import.not-found')
      return importOf(row)
    },
    run: (id, signal) => runImport(deps, id, signal),
    giveUp: (id) => giveUpImport(deps, id),
  }
}
