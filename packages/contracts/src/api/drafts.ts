import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { DraftId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { ConformanceReport, PackageSummary } from '../skill/package.ts'
import { PermissionStatement } from '../skill/permissions.ts'

/** A package that its maker tries out before it is published: nobody else sees it, and it goes by itself. */
export const Draft = z
  .object({
    id: DraftId,
    filename: z.string(),
    sizeBytes: z.number().int().nonnegative(),
    conformance: ConformanceReport,
    /** Null where the package cannot be read; `conformance` says why. */
    summary: PackageSummary.nullable(),
    permissionStatements: z.array(PermissionStatement),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Draft' })
export type Draft = z.infer<typeof Draft>

export const drafts = {
  create: endpoint({
    method: 'POST',
    path: '/drafts',
    summary: 'Upload a package to try it out; nothing is published',
    access: 'user',
    scope: 'run',
    status: 201,
    query: z.object({ filename: z.string().min(1).max(255).default('package.zip') }),
    bodyKind: 'bytes',
    reply: Draft,
    errors: ['upload.unsupported', 'upload.empty', 'draft.too-many'],
    perMinute: 60,
  }),
  list: endpoint({
    method: 'GET',
    path: '/drafts',
    summary: 'My drafts, newest first',
    access: 'user',
    query: PageQuery,
    reply: pageOf(Draft),
  }),
  get: endpoint({
    method: 'GET',
    path: '/drafts/{id}',
    summary: 'One draft',
    access: 'user',
    params: z.object({ id: DraftId }),
    reply: Draft,
    errors: ['draft.not-found'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/drafts/{id}',
    summary: 'Remove a draft',
    access: 'user',
    scope: 'run',
    params: z.object({ id: DraftId }),
    errors: ['draft.not-found'],
  }),
}
