import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createHash } from 'node:crypto'
import { inspectPackage, packSkill, readFolder } from '@guildhall/skill-format'
import type { Submission } from '@guildhall/contracts'
import type { Caller } from '../platform/auth/caller.ts'
import type { Database } from '../platform/db/database.ts'
import type { Identity } from '../modules/identity/index.ts'
import type { Publishing } from '../modules/publishing/index.ts'

const EXAMPLES = fileURLToPath(new URL('../../../../examples', import.meta.url))
const HANDLE = 'guildhall'
const ENDED = new Set<Submission['status']>(['released', 'rejected', 'in_review'])

export interface SeedDeps {
  database: Database
  identity: Identity
  publishing: Publishing
  say(line: string): void
}

/** Who publishes the examples: whoever owns their publisher, else an administrator of the first hundred accounts. */
async function operator(deps: SeedDeps): Promise<Caller | null> {
  const existing = await deps.identity.publisherByHandle(deps.database.q, HANDLE)
  const { items } = await deps.identity.listUsers({ limit: 100 })
  const admin = items.filter((user) => user.role === 'admin' && user.status === 'active').at(-1)
  const userId = existing ? existing.ownerUserId : (admin?.id ?? null)
  if (userId === null) return null
  return { userId, handle: HANDLE, role: 'admin', scopes: 'all', via: 'token', sessionId: null }
}

async function submitExample(deps: SeedDeps, author: Caller, folder: string): Promise<Submission> {
  const files = await readFolder(join(EXAMPLES, folder))
  const { summary } = inspectPackage(files, { directoryName: folder })
  const archive = await packSkill({ files, kind: summary?.kind ?? 'instructions', name: folder })
  return deps.publishing.submit(author, {
    publisher: HANDLE,
    filename: `${folder}.zip`,
    bytes: Readable.from([archive]),
    idempotencyKey: `seed-${createHash('sha256').update(archive).digest('hex')}`,
  })
}

async function ended(deps: SeedDeps, author: Caller, id: string): Promise<Submission> {
  for (;;) {
    const submission = await deps.publishing.get(author, id)
    if (ENDED.has(submission.status)) return submission
    await sleep(50)
  }
}

/** Publishes the first-party examples as `@guildhall/…` through the same pipeline as anybody's. What has been submitted before is left alone. */
export async function seedExamples(deps: SeedDeps): Promise<void> {
  if (!existsSync(EXAMPLES)) return
  const author = await operator(deps)
  if (!author) return
  await deps.identity.ensurePublisher({
    handle: HANDLE,
    displayName: 'Guildhall',
    ownerUserId: author.userId,
    verified: true,
  })
  const entries = await readdir(EXAMPLES, { withFileTypes: true })
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  const submissions: Submission[] = []
  for (const folder of folders) submissions.push(await submitExample(deps, author, folder))
  const open = submissions.filter((submission) => !ENDED.has(submission.status))
  if (open.length === 0) return
  deps.say(`Publishing ${open.length} example skills …`)
  const results = await Promise.all(open.map((submission) => ended(deps, author, submission.id)))
  for (const result of results.filter((one) => one.status !== 'released')) {
    const reasons = result.findings.filter((finding) => finding.severity === 'error').map((finding) => finding.message)
    deps.say(`  ${result.filename} is ${result.status}: ${reasons.join('; ')}`)
  }
}
