import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { ImportId, SubmissionId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { Handle, Semver, SkillName } from '../skill/names.ts'
import { ConformanceLevel, Finding } from '../skill/package.ts'
import { Visibility } from './skills.ts'

/** `finished` and `failed` are its ends. */
export const ImportStatus = z
  .enum(['queued', 'fetching', 'reading', 'submitting', 'finished', 'failed'])
  .meta({ id: 'ImportStatus' })
export type ImportStatus = z.infer<typeof ImportStatus>

/** What became of one skill of a repository. */
export const ImportItem = z
  .object({
    path: z.string().max(1024).meta({ description: 'Folder in the repository; empty for its root' }),
    name: SkillName.nullable().meta({ description: 'As it is published; null where it could not be read' }),
    version: Semver.nullable(),
    conformance: ConformanceLevel,
    outcome: z.enum(['submitted', 'unchanged', 'refused']),
    message: z.string().max(2000).meta({ description: 'What happened and how to mend it' }),
    findings: z.array(Finding),
    submissionId: SubmissionId.nullable(),
  })
  .meta({ id: 'ImportItem' })
export type ImportItem = z.infer<typeof ImportItem>

export const Import = z
  .object({
    id: ImportId,
    publisher: Handle,
    source: z.string().meta({ description: 'As given, without credentials' }),
    status: ImportStatus,
    repository: z.string().nullable(),
    ref: z.string().nullable(),
    commit: z.string().nullable(),
    visibility: Visibility.nullable(),
    items: z.array(ImportItem),
    skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
    error: z.string().nullable().meta({ description: 'Why it failed and what to do' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Import' })
export type Import = z.infer<typeof Import>

/** An import in a list: its items are counted only. */
export const ImportSummary = Import.omit({ items: true, skipped: true })
  .extend({ submitted: z.number().int(), unchanged: z.number().int(), refused: z.number().int() })
  .meta({ id: 'ImportSummary' })
export type ImportSummary = z.infer<typeof ImportSummary>

export const imports = {
  start: endpoint({
    method: 'POST',
    path: '/publishers/{publisher}/imports',
    summary: 'Bring in the skills of a git repository, each through the release pipeline',
    access: 'user',
    scope: 'publish',
    status: 202,
    params: z.object({ publisher: Handle }),
    body: z.object({
      source: z
        .string()
        .trim()
        .min(1)
        .max(2048)
        .meta({ description: 'https URL, GitHub or GitLab tree URL, or owner/repo[/path][@skill][#ref]' }),
      skills: z.array(z.string().min(1).max(128)).max(1000).optional().meta({ description: 'Only these, by name' }),
      visibility: Visibility.optional(),
    }),
    reply: Import,
    errors: ['publisher.not-found', 'import.source-refused', 'import.too-many'],
    idempotent: true,
    perMinute: 20,
  }),
  list: endpoint({
    method: 'GET',
    path: '/imports',
    summary: 'My imports, newest first',
    access: 'user',
    query: PageQuery,
    reply: pageOf(ImportSummary),
  }),
  get: endpoint({
    method: 'GET',
    path: '/imports/{id}',
    summary: 'An import with what became of every skill',
    access: 'user',
    params: z.object({ id: ImportId }),
    reply: Import,
    errors: ['import.not-found'],
  }),
}
