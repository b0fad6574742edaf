import type { Readable } from 'node:stream'
import * as z from 'zod'
import {
  AppError,
  describePermissions,
  type Page,
  type PageQuery,
  type Provenance,
  type Submission,
  SubmissionId,
  type SubmissionStatus,
  type Visibility,
} from '@guildhall/contracts'
import type { Caller } from '../../platform/auth/caller.ts'
import { emptyFolder } from '../../platform/data-dir/empty-folder.ts'
import { CursorTime, decodeCursor, pageFrom } from '../../platform/db/cursor.ts'
import { readWithin, type RowSource } from '../../platform/db/read-within.ts'
import type { Ids } from '../../platform/ids/ids.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Identity } from '../identity/index.ts'
import { maySeeSubmission } from './access.ts'
import { advanceJob } from './jobs.ts'
import { initialStages, withStage } from './rules.ts'
import type { ImportSettings } from './service/import-deps.ts'
import { createImports, type Imports } from './service/imports.ts'
import type { PipelineDeps } from './service/move-submission.ts'
import { advanceSubmission, dropSubmission, giveUpSubmission } from './service/run-pipeline.ts'
import { storeUpload } from './service/store-upload.ts'
import * as store from './store.ts'

export interface PublishingDeps {
  pipeline: PipelineDeps
  ids: Ids
  jobs: Jobs
  identity: Identity
  uploadLimitBytes: number
  imports: ImportSettings
}

export interface Upload {
  publisher: string
  filename: string
  version?: string | undefined
  changelog?: string | undefined
  visibility?: Visibility | undefined
  bytes: Readable
  idempotencyKey: string | null
  /** Where the content came from; null: the upload itself. */
  provenance?: Provenance
}

export interface Decision {
  id: string
  reviewer: Caller
  reason: string | null
}

export interface Publishing {
  /** Stores the upload and starts its release. The same idempotency key and content give the same submission. */
  submit(author: Caller, upload: Upload): Promise<Submission>
  list(
    author: Caller,
    query: PageQuery & { status?: SubmissionStatus | undefined; name?: string | undefined },
  ): Promise<Page<Submission>>
  get(author: Caller, id: string): Promise<Submission>
  queue(page: PageQuery): Promise<Page<Submission>>
  approve(decision: Decision): Promise<Submission>
  reject(decision: Decision & { reason: string }): Promise<Submission>
  advance(submissionId: string): Promise<void>
  giveUp(submissionId: string): Promise<void>
  drop(versionId: string): Promise<void>
  imports: Imports
}

const Cursor = z.tuple([CursorTime, z.string().max(64)])

const cursorOf = (row: store.SubmissionRow) => [row.createdAt.toISOString(), row.id] as const

/** Reports and summaries are what a publisher can make large. */
const bytesOf = ({ conformance, findings, summary }: store.SubmissionRow): number =>
  Buffer.byteLength(JSON.stringify([conformance, findings, summary]))

async function pageOfSubmissions(page: PageQuery, read: RowSource<store.SubmissionRow>['read']) {
  const after = page.cursor ? decodeCursor(Cursor, page.cursor) : null
  const { rows, fitting } = await readWithin({ read, keyOf: cursorOf, bytesOf }, { limit: page.limit, after })
  return pageFrom(rows, fitting, { item: submissionOf, cursor: cursorOf })
}

function submissionOf(row: store.SubmissionRow): Submission {
  const { filename, sizeBytes, status, stages, conformance, findings, summary, digest, changelog, review, publisher } =
    row
  return {
    id: row.id as Submission['id'],
    publisher,
    name: row.skillName,
    version: row.semver,
    filename,
    sizeBytes,
    status,
    stages,
    conformance,
    findings,
    summary,
    permissionStatements: summary ? describePermissions(summary.permissions) : [],
    digest,
    changelog,
    visibility: row.visibility,
    provenance: row.provenance ?? { kind: 'upload', filename, sha256: row.uploadSha256 },
    review,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

async function submit(deps: PublishingDeps, author: Pick<Caller, 'userId'>, upload: Upload): Promise<Submission> {
  const { database, audit, clock } = deps.pipeline
  const publisher = await deps.identity.publisherByHandle(database.q, upload.publisher)
  if (!publisher) throw new AppError('publisher.not-found', { publisher: upload.publisher })
  if (!deps.identity.mayPublishAs(author, publisher))
    throw new AppError('auth.forbidden', { needs: `ownership of @${publisher.handle}` })
  const { uploadLimitBytes } = deps
  const stored = await storeUpload({ blobs: deps.pipeline.blobs, uploadLimitBytes }, upload)
  const now = clock.now()
  const row: store.NewSubmission = {
    id: deps.ids.make('submission'),
    publisherId: publisher.id,
    createdBy: author.userId,
    filename: upload.filename,
    uploadSha256: stored.sha256,
    sizeBytes: stored.sizeBytes,
    requestedVersion: upload.version ?? null,
    changelog: upload.changelog ?? null,
    visibility: upload.visibility ?? null,
    provenance: upload.provenance ?? null,
    status: 'queued',
    stages: initialStages(),
    findings: [],
    idempotencyKey: upload.idempotencyKey,
    createdAt: now,
    updatedAt: now,
  }
  const saved = await database.transaction(async (q) => {
    const isNew = await store.insertSubmission(q, row)
    if (!isNew)
      return sameSubmission(await store.findByIdempotencyKey(q, author.userId, upload.idempotencyKey ?? ''), row)
    await deps.jobs.enqueue(q, advanceJob, { submissionId: row.id })
    await audit.record(q, {
      actor: author.userId,
      action: 'submission.created',
      subject: row.id,
      facts: { publisher: publisher.handle, filename: row.filename, sha256: stored.sha256 },
    })
    return store.findSubmission(q, row.id)
  })
  if (!saved) throw new Error(`the submission ${row.id} vanished while it was made`)
  return submissionOf(saved)
}

function sameSubmission(earlier: store.SubmissionRow | null, again: store.NewSubmission): store.SubmissionRow | null {
  if (!earlier) return null
  const isSame =
    earlier.uploadSha256 === again.uploadSha256 &&
    earlier.publisherId === again.publisherId &&
    earlier.requestedVersion === again.requestedVersion &&
    earlier.visibility === again.visibility &&
    earlier.changelog === again.changelog
  if (!isSame) throw new AppError('idempotency.mismatch')
  return earlier
}

async function decide(deps: PublishingDeps, decision: Decision, outcome: 'approved' | 'rejected'): Promise<Submission> {
  const { database, audit, clock, skills } = deps.pipeline
  const now = clock.now()
  const saved = await database.transaction(async (q) => {
    const row = await store.findSubmission(q, decision.id)
    if (!row) throw new AppError('submission.not-found')
    const stages = withStage(row.stages, {
      stage: 'review',
      state: outcome === 'approved' ? 'passed' : 'failed',
      message: decision.reason,
      now,
    })
    const review = {
      decision: outcome,
      reason: decision.reason,
      reviewer: decision.reviewer.handle,
      decidedAt: now.toISOString(),
    }
    const to = outcome === 'approved' ? 'signing' : 'rejected'
    const isOurs = await store.moveSubmission(q, { id: row.id, from: 'in_review', to, change: { stages, review }, now })
    if (!isOurs) throw new AppError('submission.not-in-review', { state: row.status })
    if (outcome === 'approved') await deps.jobs.enqueue(q, advanceJob, { submissionId: row.id })
    else if (row.versionId) await skills.reject(q, row.versionId)
    await audit.record(q, {
      actor: decision.reviewer.userId,
      action: `submission.${outcome}`,
      subject: row.id,
      facts: { reason: decision.reason },
    })
    return store.findSubmission(q, row.id)
  })
  if (!saved) throw new AppError('submission.not-found')
  return submissionOf(saved)
}

const AGAIN_MS = 500

async function advance({ pipeline, jobs }: PublishingDeps, id: string): Promise<void> {
  const wantsToGoOn = await advanceSubmission(pipeline, id)
  if (!wantsToGoOn) return
  const submissionId = SubmissionId.parse(id)
  await pipeline.database.transaction((q) => jobs.enqueue(q, advanceJob, { submissionId }, { delayMs: AGAIN_MS }))
}

async function get(deps: PublishingDeps, author: Caller, id: string): Promise<Submission> {
  const row = await store.findSubmission(deps.pipeline.database.q, id)
  if (!row || !maySeeSubmission(author, row)) throw new AppError('submission.not-found')
  return submissionOf(row)
}

/** Uploads, the release pipeline and its review. Empties the folder of imports. */
export async function createPublishing(deps: PublishingDeps): Promise<Publishing> {
  await emptyFolder(deps.imports.folder)
  const { q } = deps.pipeline.database
  return {
    submit: (author, upload) => submit(deps, author, upload),
    get: (author, id) => get(deps, author, id),
    list: (author, { status, name, ...page }) =>
      pageOfSubmissions(page, (after, limit) =>
        store.listSubmissionsOf(q, author.userId, { status, name, after, limit }),
      ),
    queue: (page) => pageOfSubmissions(page, (after, limit) => store.listInReview(q, { after, limit })),
    approve: (decision) => decide(deps, decision, 'approved'),
    reject: (decision) => decide(deps, decision, 'rejected'),
    advance: (id) => advance(deps, id),
    giveUp: (id) => giveUpSubmission(deps.pipeline, id),
    imports: createImports({
      ...deps,
      settings: deps.imports,
      submit: (author, upload) => submit(deps, author, upload),
    }),
    drop: (versionId) => dropSubmission(deps.pipeline, versionId),
  }
}
