import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { DraftId, ExecutionId, InstallationId } from '../kernel/ids.ts'
import { JsonValue } from '../kernel/json.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { FullName, Semver, SkillName } from '../skill/names.ts'
import { ActionName } from '../skill/package.ts'
import { Permissions } from '../skill/permissions.ts'

export const ExecutionStatus = z
  .enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out'])
  .meta({ id: 'ExecutionStatus' })
export type ExecutionStatus = z.infer<typeof ExecutionStatus>

/** What a run used up. */
export const ExecutionUsage = z
  .object({
    durationMs: z.number().nonnegative(),
    /** Processor time of the guest, as far as the system tells. */
    cpuMs: z.number().nonnegative().default(0),
    peakMemoryBytes: z.number().int().nonnegative(),
    toolCalls: z.number().int().nonnegative(),
    /** The result and everything streamed, as JSON. */
    outputBytes: z.number().int().nonnegative(),
    /** Sent and received by tools on the network. */
    networkBytes: z.number().int().nonnegative().default(0),
    /** Of language models, in and out. */
    tokens: z.number().int().nonnegative().default(0),
  })
  .meta({ id: 'ExecutionUsage' })
export type ExecutionUsage = z.infer<typeof ExecutionUsage>

/** Why a run did not succeed, and what its user can do. */
export const ExecutionError = z
  .object({
    errorType: z.enum([
      'skill_error',
      'input_invalid',
      'output_invalid',
      'permission_denied',
      'timeout',
      'memory_limit',
      'output_limit',
      'quota_exceeded',
      'tool_error',
      'interrupted',
      'cancelled',
      'sandbox_error',
    ]),
    message: z.string().max(4000),
    recoveryOptions: z.array(z.string().max(500)).max(10),
  })
  .meta({ id: 'ExecutionError' })
export type ExecutionError = z.infer<typeof ExecutionError>

/** `interactive` runs before `background`. */
export const ExecutionPriority = z.enum(['interactive', 'background']).meta({ id: 'ExecutionPriority' })
export type ExecutionPriority = z.infer<typeof ExecutionPriority>

/** A file that a run left in its workspace. */
export const ExecutionFile = z
  .object({ path: z.string().max(256), sizeBytes: z.number().int().nonnegative() })
  .meta({ id: 'ExecutionFile' })
export type ExecutionFile = z.infer<typeof ExecutionFile>

export const Execution = z
  .object({
    id: ExecutionId,
    /** Null for a draft, and once the skill was uninstalled. */
    installationId: InstallationId.nullable(),
    /** The draft that ran; null for an installed skill, and once the draft is gone. */
    draftId: DraftId.nullable(),
    /** `@publisher/name`; of a draft its name alone. */
    skill: z.union([FullName, SkillName]),
    /** Null for a draft without one. */
    version: Semver.nullable(),
    priority: ExecutionPriority,
    action: ActionName,
    status: ExecutionStatus,
    input: JsonValue,
    output: JsonValue.nullable().meta({ description: 'Null as well where isOutputLarge: fetch it by its own address' }),
    isOutputLarge: z.boolean(),
    files: z.array(ExecutionFile),
    error: ExecutionError.nullable(),
    usage: ExecutionUsage.nullable(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Execution' })
export type Execution = z.infer<typeof Execution>

const at = { seq: z.number().int().positive(), at: z.iso.datetime() }

/** What happened in a run, in order, without gaps in `seq`. The last one is `ended`. */
export const ExecutionEvent = z
  .discriminatedUnion('kind', [
    z.object({ ...at, kind: z.literal('started'), attempt: z.number().int().positive() }),
    z.object({ ...at, kind: z.literal('stream'), chunk: JsonValue }),
    z.object({ ...at, kind: z.literal('log'), level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
    z.object({
      ...at,
      kind: z.literal('tool'),
      tool: z.string(),
      durationMs: z.number(),
      outcome: z.enum(['ok', 'failed', 'refused']),
      detail: z.string().nullable(),
    }),
    z.object({
      ...at,
      kind: z.literal('ended'),
      status: ExecutionStatus,
      output: JsonValue.nullable(),
      error: ExecutionError.nullable(),
      usage: ExecutionUsage.nullable(),
    }),
  ])
  .meta({ id: 'ExecutionEvent' })
export type ExecutionEvent = z.infer<typeof ExecutionEvent>

/** A file put into the workspace of the run before it starts. */
export const WorkspaceFile = z.object({
  path: z.string().min(1).max(256),
  contentBase64: z.base64().max(2_800_000),
})
export type WorkspaceFile = z.infer<typeof WorkspaceFile>

const Run = {
  action: ActionName,
  input: JsonValue.default({}),
  files: z.array(WorkspaceFile).max(8).default([]),
  priority: ExecutionPriority.default('interactive'),
}

/** What is to run: an installed skill with what was granted to it, or a draft with what is granted here and now. */
export const StartExecution = z
  .union([
    z.strictObject({ skill: FullName, ...Run }),
    z.strictObject({ draft: DraftId, granted: Permissions, ...Run }),
  ])
  .meta({ id: 'StartExecution' })
export type StartExecution = z.infer<typeof StartExecution>

const byId = z.object({ id: ExecutionId })

export const executions = {
  start: endpoint({
    method: 'POST',
    path: '/executions',
    summary: 'Run an action of a skill in my library, or of a draft',
    access: 'user',
    scope: 'run',
    status: 202,
    body: StartExecution,
    reply: Execution,
    errors: [
      'installation.not-found',
      'installation.consent-required',
      'draft.not-found',
      'version.unavailable',
      'execution.unknown-action',
      'execution.input-invalid',
      'execution.not-runnable',
      'execution.too-many',
    ],
    idempotent: true,
    perMinute: 240,
  }),
  list: endpoint({
    method: 'GET',
    path: '/executions',
    summary: 'My runs, newest first',
    access: 'user',
    query: PageQuery.extend({ skill: FullName.optional(), status: ExecutionStatus.optional() }),
    reply: pageOf(Execution),
  }),
  get: endpoint({
    method: 'GET',
    path: '/executions/{id}',
    summary: 'One run',
    access: 'user',
    params: byId,
    reply: Execution,
    errors: ['execution.not-found'],
  }),
  output: endpoint({
    method: 'GET',
    path: '/executions/{id}/output',
    summary: 'The result of a run as JSON, whatever its size',
    access: 'user',
    params: byId,
    reply: JsonValue,
    replyKind: 'bytes',
    errors: ['execution.not-found', 'execution.no-output'],
  }),
  file: endpoint({
    method: 'GET',
    path: '/executions/{id}/files',
    summary: 'A file that a run left in its workspace',
    access: 'user',
    params: byId,
    query: z.object({ path: z.string().min(1).max(256) }),
    reply: z.unknown(),
    replyKind: 'bytes',
    errors: ['execution.not-found', 'execution.file-not-found'],
  }),
  events: endpoint({
    method: 'GET',
    path: '/executions/{id}/events',
    summary: 'Follow a run; resume with Last-Event-ID or ?after',
    access: 'user',
    params: byId,
    query: z.object({ after: z.coerce.number().int().nonnegative().default(0) }),
    reply: ExecutionEvent,
    replyKind: 'events',
    errors: ['execution.not-found'],
  }),
  cancel: endpoint({
    method: 'POST',
    path: '/executions/{id}/cancel',
    summary: 'Stop a run',
    access: 'user',
    scope: 'run',
    params: byId,
    reply: Execution,
    errors: ['execution.not-found', 'execution.already-ended'],
  }),
}
