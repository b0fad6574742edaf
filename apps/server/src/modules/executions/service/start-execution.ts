import { createHash } from 'node:crypto'
import { type ActionSchema, AppError, type Execution, type ExecutionId, type JsonValue } from '@guildhall/contracts'
import { createActionValidator } from '@guildhall/sandbox'
import type { RunnableInstallation } from '../../installations/index.ts'
import { isGivenOut } from '../../skills/index.ts'
import { canonicalJson, fileIssues, inputIssues, type Issue, MOST_LIVE_RUNS } from '../rules.ts'
import { countLive, type ExecutionRow, findByKey, findOwn, insertExecution, lockStarts } from '../store.ts'
import type { ExecutionsContext } from './executions-deps.ts'
import { viewOf } from './list-executions.ts'

export interface StartRequest {
  /** `@publisher/name`. */
  skill: string
  action: string
  input: JsonValue
  files: readonly { path: string; contentBase64: string }[]
}

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

function decoded(files: StartRequest['files']): GivenFile[] {
  return files.map(({ path, contentBase64 }) => {
    const bytes = Buffer.from(contentBase64, 'base64')
    return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
}

function fingerprintOf(request: StartRequest, files: readonly GivenFile[]): string {
  const { skill, action, input } = request
  const text = canonicalJson({ skill, action, input, files: files.map(({ path, sha256 }) => [path, sha256]) })
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

function runnableAction(deps: ExecutionsContext, { version }: RunnableInstallation, name: string): ActionSchema {
  const { kind, actions } = version.summary
  if (!isGivenOut(version.status)) {
    const { fullName, semver, status, statusReason } = version
    throw new AppError('version.unavailable', { skill: fullName, version: semver, status, reason: statusReason })
  }
  const engine = deps.engines.find((one) => one.kind === kind)
  if (!engine?.runnable)
    throw new AppError('execution.not-runnable', {
      kind,
      reason: engine?.message ?? 'there is no engine for this kind',
    })
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (!action) throw new AppError('execution.unknown-action', { action: name, actions: Object.keys(actions) })
  return action
}

/** Where the input does not match; paths as in the other issues: `input.rows.0`. */
function actionIssues(action: ActionSchema, input: JsonValue): Issue[] {
  const issues = createActionValidator(action).validateInput(input)
  return issues.map(({ path, message }) => ({ path: `input${path.replaceAll('/', '.')}`, message }))
}

/** What the installed version says to the request. */
async function installationFor(deps: ExecutionsContext, userId: string, request: StartRequest) {
  const installation = await deps.installations.forRun(deps.platform.database.q, userId, request.skill)
  const action = runnableAction(deps, installation, request.action)
  refuseIssues(actionIssues(action, request.input))
  return installation
}

interface Start {
  starter: Starter
  request: StartRequest
  installation: RunnableInstallation
  files: readonly GivenFile[]
  fingerprint: string
}

/** Row, job and audit entry together. Null: the idempotency key was used meanwhile. */
async function enqueue(deps: ExecutionsContext, start: Start): Promise<Execution | null> {
  const { database, jobs, ids, clock } = deps.platform
  const { starter, request, installation, fingerprint } = start
  const { versionId, semver, fullName } = installation.version
  const id = ids.make('execution')
  return database.transaction(async (q) => {
    await lockStarts(q, starter.userId)
    if ((await deps.installations.grantOf(q, installation.id)) === null)
      throw new AppError('installation.not-found', { skill: request.skill })
    const live = await countLive(q, starter.userId)
    const isNew = await insertExecution(q, {
      id,
      ...starter,
      installationId: installation.id,
      skill: fullName,
      versionId,
      semver,
      action: request.action,
      input: request.input,
      files: Object.fromEntries(start.files.map(({ path, sha256 }) => [path, sha256])),
      fingerprint,
      createdAt: clock.now(),
    })
    if (!isNew) return null
    if (live >= MOST_LIVE_RUNS) throw new AppError('execution.too-many', { limit: MOST_LIVE_RUNS, live })
    // ids.make made it of this kind.
    await jobs.enqueue(q, deps.runJob, { executionId: id as ExecutionId })
    const row = await findOwn(q, starter.userId, id)
    if (!row) throw new Error(`the execution ${id} is not there after its insert`)
    const facts = { skill: fullName, version: semver, action: request.action, installation: installation.id }
    await deps.audit.record(q, { actor: starter.userId, action: 'execution.started', subject: id, facts })
    return viewOf(row)
  })
}

async function known(deps: ExecutionsContext, { userId, idempotencyKey }: Starter): Promise<ExecutionRow | null> {
  return idempotencyKey === null ? null : findByKey(deps.platform.database.q, userId, idempotencyKey)
}

/**
 * Queues a run of an installed skill. The same idempotency key and request give the same execution. Throws installation.not-found,
 * version.unavailable, execution.not-runnable, execution.unknown-action, execution.input-invalid, execution.too-many, idempotency.mismatch.
 */
export async function startExecution(
  deps: ExecutionsContext,
  starter: Starter,
  request: StartRequest,
): Promise<Execution> {
  const files = decoded(request.files)
  refuseIssues(inputIssues(request.input))
  refuseIssues(fileIssues(files.map(({ path, bytes }) => ({ path, sizeBytes: bytes.byteLength }))))
  const fingerprint = fingerprintOf(request, files)
  const earlier = await known(deps, starter)
  if (earlier) return sameRequest(earlier, fingerprint)
  const installation = await installationFor(deps, starter.userId, request)
  for (const { bytes } of files) await deps.platform.blobs.put(bytes)
  const started = await enqueue(deps, { starter, request, installation, files, fingerprint })
  if (started) return started
  const meanwhile = await known(deps, starter)
  if (!meanwhile) throw new Error('an idempotency key is taken, but by nothing')
  return sameRequest(meanwhile, fingerprint)
}
