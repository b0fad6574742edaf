import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { SubmissionId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { Handle, Semver, Sha256, SkillName } from '../skill/names.ts'
import { ConformanceReport, Finding, PackageSummary } from '../skill/package.ts'
import { PermissionStatement } from '../skill/permissions.ts'
import { Provenance } from '../skill/provenance.ts'
import { Visibility } from './skills.ts'

/** The release pipeline. A submission moves forward only; `released` and `rejected` are its ends. */
export const SubmissionStatus = z
  .enum(['queued', 'validating', 'scanning', 'evaluating', 'in_review', 'signing', 'released', 'rejected'])
  .meta({ id: 'SubmissionStatus' })
export type SubmissionStatus = z.infer<typeof SubmissionStatus>

export const Stage = z.enum(['validate', 'scan', 'evaluate', 'review', 'sign', 'release'])
export type Stage = z.infer<typeof Stage>

export const StageState = z.enum(['pending', 'running', 'passed', 'failed', 'waiting', 'not_configured', 'not_needed'])
export type StageState = z.infer<typeof StageState>

export const StageResult = z
  .object({
    stage: Stage,
    state: StageState,
    message: z.string().max(2000).nullable(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'StageResult' })
export type StageResult = z.infer<typeof StageResult>

export const ReviewDecision = z
  .object({
    decision: z.enum(['approved', 'rejected']),
    reason: z.string().nullable(),
    reviewer: Handle,
    decidedAt: z.iso.datetime(),
  })
  .meta({ id: 'ReviewDecision' })
export type ReviewDecision = z.infer<typeof ReviewDecision>

export const Submission = z
  .object({
    id: SubmissionId,
    publisher: Handle,
    /** Null until the package could be read. */
    name: SkillName.nullable(),
    version: Semver.nullable(),
    filename: z.string(),
    sizeBytes: z.number().int().nonnegative(),
    status: SubmissionStatus,
    stages: z.array(StageResult),
    conformance: ConformanceReport.nullable(),
    findings: z.array(Finding),
    summary: PackageSummary.nullable(),
    permissionStatements: z.array(PermissionStatement),
    digest: Sha256.nullable(),
    changelog: z.string().nullable(),
    visibility: Visibility.nullable().meta({
      description: 'As asked for; null keeps what the skill has, public for a new one',
    }),
    provenance: Provenance,
    review: ReviewDecision.nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Submission' })
export type Submission = z.infer<typeof Submission>

export const publishing = {
  submit: endpoint({
    method: 'POST',
    path: '/publishers/{publisher}/submissions',
    summary: 'Upload a package (zip, .skill, .aisapp, tar.gz) and start its release',
    access: 'user',
    scope: 'publish',
    status: 202,
    params: z.object({ publisher: Handle }),
    query: z.object({
      filename: z.string().min(1).max(255).default('package.zip'),
      version: Semver.optional().meta({ description: 'Else the version in the package, else the next patch' }),
      changelog: z.string().max(10_000).optional().meta({ description: 'Else generated from what changed' }),
      visibility: Visibility.optional().meta({
        description: 'Else what the skill has, public for a new one. public needs level spec, private needs loadable',
      }),
    }),
    bodyKind: 'bytes',
    reply: Submission,
    errors: ['publisher.not-found', 'upload.unsupported', 'upload.empty'],
    idempotent: true,
    perMinute: 120,
  }),
  list: endpoint({
    method: 'GET',
    path: '/submissions',
    summary: 'My submissions, newest first',
    access: 'user',
    query: PageQuery.extend({ status: SubmissionStatus.optional(), name: SkillName.optional() }),
    reply: pageOf(Submission),
  }),
  get: endpoint({
    method: 'GET',
    path: '/submissions/{id}',
    summary: 'A submission with every stage and finding',
    access: 'user',
    params: z.object({ id: SubmissionId }),
    reply: Submission,
    errors: ['submission.not-found'],
  }),
}

export const review = {
  queue: endpoint({
    method: 'GET',
    path: '/review/queue',
    summary: 'Submissions that wait for a decision, oldest first',
    access: 'admin',
    scope: 'admin',
    query: PageQuery,
    reply: pageOf(Submission),
  }),
  approve: endpoint({
    method: 'POST',
    path: '/review/{id}/approve',
    summary: 'Let a submission be signed and released',
    access: 'admin',
    scope: 'admin',
    params: z.object({ id: SubmissionId }),
    body: z.object({ reason: z.string().trim().max(2000).optional() }),
    reply: Submission,
    errors: ['submission.not-found', 'submission.not-in-review'],
  }),
  reject: endpoint({
    method: 'POST',
    path: '/review/{id}/reject',
    summary: 'Refuse a submission; its publisher sees the reason',
    access: 'admin',
    scope: 'admin',
    params: z.object({ id: SubmissionId }),
    body: z.object({ reason: z.string().trim().min(1, 'a rejection needs a reason').max(2000) }),
    reply: Submission,
    errors: ['submission.not-found', 'submission.not-in-review'],
  }),
}
