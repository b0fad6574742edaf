import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SubmissionStatus } from '@guildhall/contracts'
import { eq, type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drafts, executions } from '../../db/schema/executions.ts'
import { submissions } from '../../db/schema/publishing.ts'
import { files, versions } from '../../db/schema/skills.ts'
import { type SeededSkill, type SeededUser, seedSkill, seedUser } from '../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../test/test-database.ts'
import { openDiskBlobs } from '../platform/blobs/disk-blobs.ts'
import type { Queryable } from '../platform/db/database.ts'
import { blobReferences } from './collect-blobs.ts'

/** Columns of text or JSON without any digest of a blob that somebody would read by it. */
const WITHOUT_BLOBS: Readonly<Record<string, readonly string[]>> = {
  accounts: [
    'id',
    'account_id',
    'provider_id',
    'user_id',
    'access_token',
    'refresh_token',
    'id_token',
    'scope',
    'password',
  ],
  api_keys: ['id', 'user_id', 'name', 'prefix', 'hash', 'scopes'],
  audit_head: ['hash'],
  // What was done: it may name bytes that are gone.
  audit_log: ['actor', 'action', 'subject', 'facts', 'previous_hash', 'hash'],
  dependencies: ['version_id', 'depends_on', 'range'],
  drafts: ['id', 'user_id', 'filename', 'conformance', 'summary'],
  execution_events: ['execution_id', 'event'],
  executions: [
    'id',
    'user_id',
    'installation_id',
    'draft_id',
    'granted',
    'skill',
    'version_id',
    'semver',
    'action',
    'input',
    'status',
    'output',
    'error',
    'usage',
    'idempotency_key',
    'fingerprint',
  ],
  files: ['version_id', 'path'],
  // What was fetched is submitted, skill by skill; the digests are of contents, not of bytes.
  imports: [
    'id',
    'publisher_id',
    'created_by',
    'source',
    'wanted',
    'visibility',
    'status',
    'repository',
    'ref',
    'commit',
    'items',
    'skipped',
    'error',
    'idempotency_key',
  ],
  installation_secrets: ['installation_id', 'name', 'sealed'],
  installations: ['id', 'holder_user_id', 'skill_id', 'version_id', 'granted', 'needs'],
  jobs: ['id', 'queue', 'payload', 'state', 'last_error'],
  name_redirects: ['publisher_id', 'name', 'skill_id', 'from_name', 'to_name', 'key_id', 'signature'],
  publishers: ['id', 'handle', 'display_name', 'kind', 'owner_user_id'],
  refresh_tokens: ['hash', 'session_id'],
  sessions: ['id', 'user_id', 'token', 'ip_address', 'user_agent'],
  signatures: ['version_id', 'key_id', 'digest', 'signature'],
  signing_keys: ['key_id', 'public_key'],
  skill_storage: ['installation_id', 'key', 'value'],
  skill_uses: ['skill_id', 'kind', 'identity'],
  skill_words: ['word', 'shapes'],
  skills: [
    'id',
    'publisher_id',
    'name',
    'kind',
    'display_name',
    'description',
    'category',
    'tags',
    'status',
    'visibility',
    'publisher_handle',
    'latest_version_id',
    'latest_semver',
    'latest_conformance',
    'latest_deprecation',
  ],
  // `digest` is of a content; `provenance` says what was uploaded, and nobody reads the bytes by it.
  submissions: [
    'id',
    'publisher_id',
    'created_by',
    'filename',
    'requested_version',
    'changelog',
    'visibility',
    'provenance',
    'status',
    'stages',
    'conformance',
    'findings',
    'summary',
    'digest',
    'skill_name',
    'semver',
    'version_id',
    'review',
    'idempotency_key',
  ],
  tags: ['skill_id', 'tag', 'version_id'],
  transfers: ['id', 'skill_id', 'from_publisher_id', 'to_publisher_id', 'status', 'created_by'],
  users: ['id', 'name', 'email', 'image', 'role', 'status'],
  verifications: ['id', 'identifier', 'value'],
  versions: [
    'id',
    'skill_id',
    'semver',
    'semver_order',
    'status',
    'status_reason',
    'deprecation',
    'digest',
    'signed_as',
    'provenance',
    'archive_name',
    'changelog',
    'readme',
    'summary',
    'conformance',
    'created_by',
  ],
}

let opened: TestDatabase
let folder: string
let author: SeededUser
let skill: SeededSkill
let counter = 0

beforeAll(async () => {
  opened = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'guildhall-references-'))
  author = await seedUser(opened.database, 'author')
  skill = await seedSkill(opened.database, await openDiskBlobs(folder), { publisher: author, name: 'seeded' })
})
afterAll(async () => {
  await opened.close()
  await rm(folder, { recursive: true, force: true })
})

const nextId = (): string => `id${(counter += 1)}`
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const now = new Date()
const conformance = { level: 'spec' as const, specErrors: [], findings: [] }

async function named(digests: readonly string[]): Promise<Set<string>> {
  const answers = await Promise.all(blobReferences.map(({ among }) => among(opened.database.q, digests)))
  return new Set(answers.flat())
}

async function insertDraft(digest: string): Promise<string> {
  const row = { userId: author.userId, filename: 'x.zip', sizeBytes: 1, blob: digest, conformance }
  const id = nextId()
  await opened.database.q.insert(drafts).values({ id, ...row, createdAt: now, expiresAt: now })
  return id
}

async function insertSubmission(uploadSha256: string, status: typeof submissions.$inferInsert.status): Promise<string> {
  const id = nextId()
  const who = { publisherId: author.publisherId, createdBy: author.userId }
  const row = { filename: 'x.zip', uploadSha256, sizeBytes: 1, status, stages: [], findings: [] }
  await opened.database.q.insert(submissions).values({ id, ...who, ...row, createdAt: now, updatedAt: now })
  return id
}

async function insertExecution(results: Partial<typeof executions.$inferInsert>): Promise<string> {
  const id = nextId()
  const what = { userId: author.userId, skill: '@author/seeded', action: 'go', input: {}, files: {} }
  const row = { id, ...what, status: 'succeeded' as const, fingerprint: 'x', createdAt: now, finishedAt: now }
  await opened.database.q.insert(executions).values({ ...row, ...results })
  return id
}

const setArchive = (column: 'archiveSha256' | 'tarGzSha256' | 'rootZipSha256') => (digest: string) =>
  opened.database.q
    .update(versions)
    .set({ [column]: digest })
    .where(eq(versions.id, skill.versionId))

/** Makes a row refer to a digest by this column. */
const referring: Readonly<Record<string, (digest: string) => Promise<unknown>>> = {
  'files.sha256': (sha256) =>
    opened.database.q.insert(files).values({ versionId: skill.versionId, path: nextId(), sizeBytes: 1, sha256 }),
  'versions.archive_sha256': setArchive('archiveSha256'),
  'versions.tar_gz_sha256': setArchive('tarGzSha256'),
  'versions.root_zip_sha256': setArchive('rootZipSha256'),
  'submissions.upload_sha256': (digest) => insertSubmission(digest, 'queued'),
  'drafts.blob': insertDraft,
  'executions.files': (digest) =>
    insertExecution({ files: { 'a.txt': digestOf('another'), 'b/"odd" $.name': digest } }),
  'executions.output_blob': (outputBlob) => insertExecution({ outputBlob }),
  'executions.output_files': (blob) =>
    insertExecution({
      outputFiles: [
        { path: 'a', sizeBytes: 1, blob: digestOf('another') },
        { path: 'b', sizeBytes: 1, blob },
      ],
    }),
}

describe('every column that may hold a digest of a blob', () => {
  test('is named by its module, or stands in the list of those that hold none', async () => {
    const { rows } = await opened.database.q.execute<{ name: string }>(sql`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and not (data_type = any(${sql.param([
        'bigint',
        'integer',
        'smallint',
        'boolean',
        'date',
        'timestamp with time zone',
      ])}::text[])) and udt_name <> 'tsvector'`)
    const reported = blobReferences.flatMap(({ columns }) => columns)
    const without = Object.entries(WITHOUT_BLOBS).flatMap(([table, columns]) =>
      columns.map((column) => `${table}.${column}`),
    )
    const said = [...reported, ...without]
    const columns = rows.map(({ name }) => name)
    expect({
      'name in the BlobReferences of its module, or its blobs are deleted after a day; else here in WITHOUT_BLOBS':
        columns.filter((column) => !said.includes(column)),
      'named although there is no such column': said.filter((column) => !columns.includes(column)),
      'named twice': said.filter((column, n) => said.indexOf(column) !== n),
    }).toEqual({
      'name in the BlobReferences of its module, or its blobs are deleted after a day; else here in WITHOUT_BLOBS': [],
      'named although there is no such column': [],
      'named twice': [],
    })
  })

  test('is tried here', () => {
    expect(Object.keys(referring).toSorted()).toEqual(blobReferences.flatMap(({ columns }) => columns).toSorted())
  })

  test.each(Object.entries(referring))('%s keeps its blobs, and no other', async (column, refer) => {
    const [digest, other] = [digestOf(column), digestOf(`not ${column}`)]
    expect(await named([digest, other])).toEqual(new Set())
    await refer(digest)
    expect(await named([digest, other])).toEqual(new Set([digest]))
    expect(await named([])).toEqual(new Set())
  })
})

describe('what counts', () => {
  test.each(['pending', 'released', 'yanked', 'withdrawn', 'suspended'] as const)(
    'files and archives of a version that is %s',
    async (status) => {
      const { q } = opened.database
      const { versionId } = await seedSkill(opened.database, await openDiskBlobs(folder), {
        publisher: author,
        name: `is-${status}`,
        files: { 'only.txt': status },
        status,
      })
      const archives = ['package', 'tar.gz', 'zip'].map((kind) => digestOf(`${kind} of ${status}`))
      const [archiveSha256, tarGzSha256, rootZipSha256] = archives
      await q.update(versions).set({ archiveSha256, tarGzSha256, rootZipSha256 }).where(eq(versions.id, versionId))
      const digests = [...archives, digestOf(status)]
      expect(await named(digests)).toEqual(new Set(digests))
    },
  )

  test('nothing of a version that was rejected, unless another one has the same', async () => {
    const rejected = { publisher: author, name: 'refused', files: { 'a.txt': 'refused alone' } }
    const blobs = await openDiskBlobs(folder)
    await seedSkill(opened.database, blobs, { ...rejected, status: 'rejected' })
    expect(await named([digestOf('refused alone')])).toEqual(new Set())
    await seedSkill(opened.database, blobs, { ...rejected, version: '1.0.1' })
    expect(await named([digestOf('refused alone')])).toEqual(new Set([digestOf('refused alone')]))
  })

  test('an upload until it is unpacked', async () => {
    const statuses = SubmissionStatus.options
    for (const status of statuses) await insertSubmission(digestOf(`upload ${status}`), status)
    expect(await named(statuses.map((status) => digestOf(`upload ${status}`)))).toEqual(
      new Set([digestOf('upload queued'), digestOf('upload validating')]),
    )
  })

  test('drafts and runs while their rows are kept', async () => {
    const { q } = opened.database
    const digests = ['draft', 'given', 'left', 'output'].map(digestOf)
    const [draft = '', given = '', left = '', outputBlob = ''] = digests
    const draftId = await insertDraft(draft)
    const run = { files: { a: given }, outputFiles: [{ path: 'b', sizeBytes: 1, blob: left }], outputBlob }
    const runId = await insertExecution(run)
    expect(await named(digests)).toEqual(new Set(digests))
    await q.delete(drafts).where(eq(drafts.id, draftId))
    expect(await named(digests)).toEqual(new Set(digests.slice(1)))
    await q.delete(executions).where(eq(executions.id, runId))
    expect(await named(digests)).toEqual(new Set())
  })
})

/** How the database would go about answering. */
async function plansOf(digests: readonly string[]): Promise<string> {
  const lines: string[] = []
  const explaining = {
    async execute(query: SQL) {
      const { rows } = await opened.database.q.execute<{ 'QUERY PLAN': string }>(sql`explain ${query}`)
      lines.push(...rows.map((row) => row['QUERY PLAN'].replaceAll(/[0-9a-f]{64},?/g, '')))
      return { rows: [] }
    },
  } as unknown as Queryable
  for (const { among } of blobReferences) await among(explaining, digests)
  return lines.join('\n')
}

test('large tables are asked by their indexes', async () => {
  const { q } = opened.database
  const numbered = sql`generate_series(1, 5000) n, lateral (select encode(sha256(n::text::bytea), 'hex') as digest) d`
  await q.execute(sql`insert into files (version_id, path, size_bytes, sha256)
    select ${skill.versionId}, 'many/' || n, 1, digest from ${numbered}`)
  await q.execute(sql`insert into executions
    (id, user_id, skill, action, input, files, output_files, output_blob, status, fingerprint, created_at)
    select 'many' || n, ${author.userId}, '@author/seeded', 'go', '{}', jsonb_build_object('a', digest),
      jsonb_build_array(jsonb_build_object('blob', digest)), digest, 'succeeded', 'x', now() from ${numbered}`)
  for (const table of ['files', 'executions']) await q.execute(sql`analyze ${sql.raw(table)}`)
  const plans = await plansOf(Array.from({ length: 5 }, (_, n) => digestOf(`${n}`)))
  expect(plans).not.toMatch(/Seq Scan on (files|executions)/)
  for (const index of ['files_blob', 'executions_given_blobs', 'executions_left_blobs', 'executions_output_blob'])
    expect(plans).toContain(index)
}, 60_000)
