import type {
  Category,
  JsonObject,
  PackageSummary,
  Permissions,
  Role,
  SkillKind,
  VersionStatus,
} from '@guildhall/contracts'
import { noPermissions } from '@guildhall/contracts'
import { contentDigest, fileDigests } from '@guildhall/skill-format'
import { eq } from 'drizzle-orm'
import { publishers, users } from '../db/schema/identity.ts'
import { files, skills, versions } from '../db/schema/skills.ts'
import { semverSortKey } from '../src/modules/skills/rules.ts'
import type { Blobs } from '../src/platform/blobs/blobs.ts'
import { systemClock } from '../src/platform/clock/clock.ts'
import type { Database } from '../src/platform/db/database.ts'
import { createIds } from '../src/platform/ids/ids.ts'

const ids = createIds(systemClock)

/** For releases whose archives nobody opens. */
export const unopenedArchives = {
  archives: {
    archiveSha256: 'a'.repeat(64),
    archiveName: 'x.skill',
    tarGzSha256: 'b'.repeat(64),
    rootZipSha256: 'c'.repeat(64),
  },
  visibility: null,
  mayBePublic: true,
}

export interface SeededUser {
  userId: string
  role: Role
  publisherId: string
  handle: string
}

/** A person with a personal publisher. */
export async function seedUser(database: Database, handle: string): Promise<SeededUser> {
  const now = new Date()
  const userId = ids.make('user')
  const publisherId = ids.make('publisher')
  const email = `${handle}@guildhall.example`
  await database.q.insert(users).values({ id: userId, name: handle, email, createdAt: now, updatedAt: now })
  await database.q.insert(publishers).values({
    id: publisherId,
    handle,
    displayName: handle,
    kind: 'user',
    ownerUserId: userId,
    isPersonal: true,
    createdAt: now,
  })
  return { userId, role: 'user', publisherId, handle }
}

export interface SkillToSeed {
  publisher: SeededUser
  name: string
  version?: string
  kind?: SkillKind
  category?: Category
  permissions?: Partial<Permissions>
  actions?: PackageSummary['actions']
  /** Range by full name. */
  dependencies?: Record<string, string>
  entry?: string
  /** Path to text; SKILL.md is added where it is absent. */
  files?: Record<string, string>
  status?: VersionStatus
}

export interface SeededSkill {
  skillId: string
  versionId: string
  fullName: string
  semver: string
  digest: string
}

function summaryOf(wanted: SkillToSeed): PackageSummary {
  const kind = wanted.kind ?? 'javascript'
  return {
    name: wanted.name,
    version: wanted.version ?? '1.0.0',
    displayName: null,
    description: `The skill ${wanted.name}, for tests`,
    kind,
    entry: kind === 'instructions' ? null : (wanted.entry ?? 'bot-logic.js'),
    license: null,
    category: wanted.category ?? null,
    tags: [],
    permissions: { ...noPermissions, ...wanted.permissions },
    actions: wanted.actions ?? {},
    dependencies: wanted.dependencies ?? {},
  }
}

function contentOf(wanted: SkillToSeed): Map<string, Uint8Array> {
  const readme = `---\nname: ${wanted.name}\ndescription: The skill ${wanted.name}, for tests\n---\n\n# ${wanted.name}\n`
  const texts = { 'SKILL.md': readme, ...wanted.files }
  return new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]))
}

async function skillRow(database: Database, wanted: SkillToSeed, summary: PackageSummary): Promise<string> {
  const now = new Date()
  const row: typeof skills.$inferInsert = {
    id: ids.make('skill'),
    publisherId: wanted.publisher.publisherId,
    publisherHandle: wanted.publisher.handle,
    name: wanted.name,
    kind: summary.kind,
    displayName: wanted.name,
    description: summary.description,
    category: summary.category ?? 'utility',
    tags: [],
    createdAt: now,
    updatedAt: now,
  }
  const set = { updatedAt: now }
  const [kept] = await database.q
    .insert(skills)
    .values(row)
    .onConflictDoUpdate({ target: [skills.publisherId, skills.name], set })
    .returning({ id: skills.id })
  return kept?.id ?? row.id
}

/** Writes a version that needs no pipeline: rows, blobs and the digest that its files really have. A released one becomes the latest. */
export async function seedSkill(database: Database, blobs: Blobs, wanted: SkillToSeed): Promise<SeededSkill> {
  const summary = summaryOf(wanted)
  const content = contentOf(wanted)
  const fullName = `@${wanted.publisher.handle}/${wanted.name}`
  const semver = wanted.version ?? '1.0.0'
  const status = wanted.status ?? 'released'
  const digest = contentDigest({ fullName, version: semver, files: content })
  const skillId = await skillRow(database, wanted, summary)
  const versionId = ids.make('version')
  const contents = fileDigests(content)
  const releasedAt = status === 'pending' || status === 'rejected' ? null : new Date()
  await database.q.insert(versions).values({
    id: versionId,
    skillId,
    semver,
    semverOrder: semverSortKey(semver),
    status,
    signedAs: fullName,
    digest,
    sizeBytes: contents.reduce((sum, file) => sum + file.sizeBytes, 0),
    fileCount: contents.length,
    readme: wanted.name,
    summary,
    conformance: { level: 'spec', specErrors: [], findings: [] },
    createdBy: wanted.publisher.userId,
    createdAt: new Date(),
    releasedAt,
  })
  await database.q.insert(files).values(contents.map((file) => ({ versionId, ...file })))
  for (const bytes of content.values()) await blobs.put(bytes)
  if (status === 'released')
    await database.q
      .update(skills)
      .set({ latestVersionId: versionId, latestSemver: semver, latestConformance: 'spec', publishedAt: releasedAt })
      .where(eq(skills.id, skillId))
  return { skillId, versionId, fullName, semver, digest }
}

/** An action without particular demands on what it takes and gives. */
export function looseAction(more: Partial<PackageSummary['actions'][string]> = {}): PackageSummary['actions'][string] {
  const anything: JsonObject = {}
  return { description: 'Does it', input: anything, output: anything, idempotent: false, timeoutMs: 30_000, ...more }
}
