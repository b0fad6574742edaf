import { createHash } from 'node:crypto'
import { AppError, type Execution, type JsonValue, permissionTokens, type StartExecution } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { canonicalJson, fileIssues, inputIssues, type Issue, MOST_LIVE_RUNS, priorityNumber } from '../rules.ts'
import { countLive, type ExecutionRow, findByKey, findOwn, insertExecution, lockStarts } from '../store.ts'
import { admitRuns } from './admit-runs.ts'
import type { ExecutionsContext } from './executions-deps.ts'
import { actionIssues, findStartable, type Startable } from './find-startable.ts'
import { viewOf } from './list-executions.ts'

/** Who starts it and under which `Idempotency-Key`. */
export interface Starter {
  userId: string
  idempotencyKey: string | null
}

interface GivenFile {
  path: string
  bytes: Buffer
  sha256: string
}

function decoded(files: StartExecution['files']): GivenFile[] {
  return files.map(({ path, contentBase64 }) => {
    const bytes = Buffer.from(contentBase64, 'base64')
    return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
}

function whatOf(request: StartExecution): Record<string, JsonValue> {
  if ('skill' in request) return { skill: request.skill }
  return { draft: request.draft, granted: permissionTokens(request.granted).sort() }
}

function fingerprintOf(request: StartExecution, files: readonly GivenFile[]): string {
  const { action, input, priority } = request
  const given = files.map(({ path, sha256 }) => [path, sha256])
  const text = canonicalJson({ ...whatOf(request), action, input, priority, files: given })
  return createHash('sha256').update(text).digest('hex')
}

function refuseIssues(issues: readonly Issue[]): void {
  if (issues.length > 0)
    throw new AppError('execution.input-invalid', { issues: issues.map((issue) => ({ ...issue })) })
}

/** The same key must mean the same request. */
function sameRequest(row: ExecutionRow, fingerprint: string): Execution {
  if (row.fingerprint !== fingerprint) throw new AppError('idempotency.mismatch', { executionId: row.id })
  return viewOf(row)
}

async function known(q: Queryable, { userId, idempotencyKey }: Starter): Promise<ExecutionRow | null> {
  return idempotencyKey === null ? null : findByKey(q, userId, idempotencyKey)
}

interface Start {
  starter: Starter
  request: StartExecution
  startable: Startable
  files: readonly GivenFile[]
  fingerprint: string
}

async function findStarted(q: Queryable, userId: string, id: string): Promise<ExecutionRow> {
  const row = await findOwn(q, userId, id)
  if (!row) throw new Error(`the execution ${id} is not there after its insert`)
  return row
}

/** Row, job and audit entry together. Null: the idempotency key was used meanwhile. */
async function enqueue(deps: ExecutionsContext, start: Start): Promise<Execution | null> {
  const { database, ids, clock } = deps.platform
  const { starter, request, startable, fingerprint } = start
  const { what } = startable
  const { action, input, priority } = request
  const id = ids.make('execution')
  return database.transaction(async (q) => {
    await lockStarts(q, starter.userId)
    // Before the insert, which would wait for a run of this key that is just ending, while that one waits for our lock.
    if (await known(q, starter)) return null
    await startable.stillThere(q)
    const live = await countLive(q, starter.userId)
    if (live >= MOST_LIVE_RUNS) throw new AppError('execution.too-many', { limit: MOST_LIVE_RUNS, live })
    await insertExecution(q, {
      id,
      ...starter,
      ...what,
      action,
      input,
      files: Object.fromEntries(start.files.map(({ path, sha256 }) => [path, sha256])),
      priority: priorityNumber(priority),
      fingerprint,
      createdAt: clock.now(),
    })
    await admitRuns(deps, q, starter.userId)
    const row = await findStarted(q, starter.userId, id)
    const facts = { skill: what.skill, version: what.semver, action, ...sourceOf(what) }
    await deps.audit.record(q, { actor: starter.userId, action: 'execution.started', subject: id, facts })
    return viewOf(row)
  })
}

function sourceOf({ installationId, draftId, granted }: Startable['what']): Record<string, JsonValue> {
  return draftId === null ? { installation: installationId } : { draft: draftId, granted }
}

/**
 * Queues a run of an installed skill or of a draft. The same idempotency key and request give the same execution. Throws
 * installation.not-found, draft.not-found, installation.consent-required, version.unavailable, execution.not-runnable,
 * execution.unknown-action, execution.input-invalid, execution.too-many, idempotency.mismatch.
 */
export async function startExecution(
  deps: ExecutionsContext,
  starter: Starter,
  request: StartExecution,
): Promise<Execution> {
  const files = decoded(request.files)
  refuseIssues(inputIssues(request.input))
  refuseIssues(fileIssues(files.map(({ path, bytes }) => ({ path, sizeBytes: bytes.byteLength }))))
  const fingerprint = fingerprintOf(request, files)
  const earlier = await known(deps.platform.database.q, starter)
  if (earlier) return sameRequest(earlier, fingerprint)
  const startable = await findStartable(deps, starter.userId, request)
  refuseIssues(actionIssues(startable.action, request.input))
  for (const { bytes } of files) await deps.platform.blobs.put(bytes)
  const started = await enqueue(deps, { starter, request, startable, files, fingerprint })
  if (started) return started
  const meanwhile = await known(deps.platform.database.q, starter)
  if (!meanwhile) throw new Error('an idempotency key is taken, but by nothing')
  return sameRequest(meanwhile, fingerprint)
}
