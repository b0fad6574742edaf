import type { Readable } from 'node:stream'
import * as z from 'zod'
import {
  AppError,
  type CategoryCount,
  categories,
  type ConformanceReport,
  describePermissions,
  fullNameOf,
  type PackageFile,
  type PackageSummary,
  type Page,
  type PageQuery,
  parseFullName,
  type SignatureEnvelope,
  type SkillAddress,
  type SkillDetails,
  type SkillKind,
  type SkillQuery,
  type SkillSummary,
  type VersionDetails,
  type VersionStatus,
  type VersionSummary,
} from '@guildhall/contracts'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import { decodeCursor, encodeCursor, pageFrom } from '../../platform/db/cursor.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { Ids } from '../../platform/ids/ids.ts'
import { maySeeVersion, type Viewer } from './access.ts'
import { isExecutable, latestOf, searchTerms } from './rules.ts'
import * as store from './store.ts'

export interface SkillsDeps {
  database: Database
  blobs: Blobs
  clock: Clock
  ids: Ids
  /** Whether this server can run actions of this kind now. */
  canRun(kind: SkillKind): boolean
}

/** A version that validation has accepted and nobody has released yet. */
export interface NewVersion {
  publisherId: string
  summary: PackageSummary
  semver: string
  digest: string
  files: readonly PackageFile[]
  readme: string
  conformance: ConformanceReport
  changelog: string | null
  createdBy: string
}

export type Skills = ReturnType<typeof createSkills>

const RankCursor = z.tuple([z.number().int().min(0).max(1000)])
const KeyCursor = z.tuple([z.union([z.string(), z.number()]), z.string()])
const VersionCursor = z.tuple([z.iso.datetime(), z.string()])

const PUBLIC_STATUSES: VersionStatus[] = ['released', 'yanked']
const ALL_STATUSES: VersionStatus[] = ['pending', 'released', 'rejected', 'yanked', 'suspended']

/** The catalogue: skills, their versions and files, and how they are found. */
export function createSkills(deps: SkillsDeps) {
  const { database } = deps

  const summaryOf = (row: store.SkillRow): SkillSummary => ({
    ...row,
    id: row.id as SkillSummary['id'],
    runnable: isExecutable(row.kind) && deps.canRun(row.kind),
    publishedAt: row.publishedAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  })

  const versionSummaryOf = (row: store.VersionRow): VersionSummary => ({
    id: row.id as VersionSummary['id'],
    version: row.semver,
    status: row.status,
    digest: row.digest,
    sizeBytes: row.sizeBytes,
    fileCount: row.fileCount,
    changelog: row.changelog,
    conformance: row.conformance.level,
    createdAt: row.createdAt.toISOString(),
    releasedAt: row.releasedAt?.toISOString() ?? null,
  })

  async function search(text: string, query: SkillQuery): Promise<Page<SkillSummary>> {
    const terms = searchTerms(text)
    if (terms.tsquery === '') return { items: [], nextCursor: null }
    const [offset] = query.cursor ? decodeCursor(RankCursor, query.cursor) : [0]
    const rows = await store.searchSkills(database.q, { terms, filter: query, offset, limit: query.limit + 1 })
    const isMore = rows.length > query.limit && offset + query.limit <= 1000
    return {
      items: rows.slice(0, query.limit).map(summaryOf),
      nextCursor: isMore ? encodeCursor([offset + query.limit]) : null,
    }
  }

  async function browse(query: SkillQuery): Promise<Page<SkillSummary>> {
    const sort = query.sort === undefined || query.sort === 'relevance' ? 'popular' : query.sort
    const after = query.cursor ? decodeCursor(KeyCursor, query.cursor) : null
    const rows = await store.listSkills(database.q, { filter: query, sort, after, limit: query.limit + 1 })
    return pageFrom(rows, query.limit, { item: summaryOf, cursor: (row) => store.sortKeyOf(sort, row) })
  }

  async function mustFind(address: SkillAddress): Promise<store.SkillHead> {
    const head = await store.findSkill(database.q, address.publisher, address.name)
    if (!head || head.status === 'deleted') throw new AppError('skill.not-found', { skill: fullNameOf(address) })
    return head
  }

  /** The skill, where the viewer may know that it exists. */
  async function visibleSkill(address: SkillAddress, viewer: Viewer | null): Promise<store.SkillHead> {
    const head = await mustFind(address)
    const isPublic = head.latestVersionId !== null && head.status === 'active'
    if (isPublic || maySeeVersion(viewer, { status: 'pending', publisherOwner: head.publisherOwner })) return head
    throw new AppError('skill.not-found', { skill: fullNameOf(address) })
  }

  async function visibleVersion(
    address: SkillAddress & { version: string },
    viewer: Viewer | null,
  ): Promise<store.VersionRow> {
    const head = await visibleSkill(address, viewer)
    const row =
      address.version === 'latest'
        ? head.latestVersionId && (await store.versionRowById(database.q, head.latestVersionId))
        : await store.findVersion(database.q, head.id, address.version)
    if (!row || !maySeeVersion(viewer, { status: row.status, publisherOwner: head.publisherOwner })) {
      throw new AppError('version.not-found', { skill: fullNameOf(address), version: address.version })
    }
    return row
  }

  async function envelopeOf(row: store.VersionRow, address: SkillAddress): Promise<SignatureEnvelope | null> {
    const signatures = await store.signaturesOf(database.q, row.id)
    if (!signatures) return null
    return {
      format: 'guildhall-signature-v1',
      fullName: fullNameOf(address),
      version: row.semver,
      digest: row.digest,
      signatures,
    }
  }

  async function releasedFrom(
    q: Queryable,
    row: store.VersionRow,
  ): Promise<store.ReleasedVersion & { status: VersionStatus }> {
    const address = await store.addressOfVersion(q, row.id)
    if (!address) throw new AppError('skill.not-found', { version: row.id })
    const { skillId, semver, digest, summary, status } = row
    return { skillId, versionId: row.id, fullName: fullNameOf(address), semver, digest, summary, status }
  }

  return {
    /** Searches where there is a text, else lists. */
    async list(query: SkillQuery): Promise<Page<SkillSummary>> {
      const isRanked = query.text && (query.sort === undefined || query.sort === 'relevance')
      return isRanked && query.text ? search(query.text, query) : browse(query)
    },

    /** Every category, those without a skill too. */
    async categories(): Promise<CategoryCount[]> {
      const counts = new Map((await store.countByCategory(database.q)).map((row) => [row.category, row.count]))
      return categories.map((category) => ({ category, count: counts.get(category) ?? 0 }))
    },

    async get(address: SkillAddress): Promise<SkillDetails> {
      const head = await visibleSkill(address, null)
      const row = (await store.skillRowsById(database.q, [head.id]))[0]
      const version = head.latestVersionId && (await store.versionRowById(database.q, head.latestVersionId))
      if (!row || !version) throw new AppError('skill.not-found', { skill: fullNameOf(address) })
      const { permissions, actions, license } = version.summary
      return {
        ...summaryOf(row),
        publisherVerified: head.publisherVerified,
        license,
        readme: version.readme,
        permissions,
        permissionStatements: describePermissions(permissions),
        actions,
        digest: version.digest,
      }
    },

    async versions(address: SkillAddress, page: PageQuery, viewer: Viewer | null): Promise<Page<VersionSummary>> {
      const head = await visibleSkill(address, viewer)
      const seesAll = maySeeVersion(viewer, { status: 'pending', publisherOwner: head.publisherOwner })
      const cursor = page.cursor ? decodeCursor(VersionCursor, page.cursor) : null
      const rows = await store.listVersions(database.q, {
        skillId: head.id,
        statuses: seesAll ? ALL_STATUSES : PUBLIC_STATUSES,
        after: cursor && store.versionsBefore(...cursor),
        limit: page.limit + 1,
      })
      return pageFrom(rows, page.limit, {
        item: versionSummaryOf,
        cursor: (row) => [row.createdAt.toISOString(), row.id],
      })
    },

    async version(address: SkillAddress & { version: string }, viewer: Viewer | null): Promise<VersionDetails> {
      const row = await visibleVersion(address, viewer)
      const { permissions, actions } = row.summary
      return {
        ...versionSummaryOf(row),
        readme: row.readme,
        files: await store.filesOf(database.q, row.id),
        permissions,
        permissionStatements: describePermissions(permissions),
        actions,
        findings: row.conformance.findings,
        signature: await envelopeOf(row, address),
      }
    },

    async openFile(
      address: SkillAddress & { version: string; path: string },
      viewer: Viewer | null,
    ): Promise<PackageFile & { stream: Readable }> {
      const row = await visibleVersion(address, viewer)
      const file = await store.findFile(database.q, row.id, address.path)
      const blob = file && (await deps.blobs.open(file.sha256))
      if (!file || !blob) throw new AppError('version.file-not-found', { path: address.path })
      return { ...file, stream: blob.stream }
    },

    /** The signed package. A version that is not released has none. */
    async openArchive(
      address: SkillAddress & { version: string },
    ): Promise<{ stream: Readable; sizeBytes: number; sha256: string; filename: string }> {
      const row = await visibleVersion(address, null)
      const blob = row.archiveSha256 === null ? null : await deps.blobs.open(row.archiveSha256)
      if (!blob || row.archiveSha256 === null)
        throw new AppError('version.not-found', { skill: fullNameOf(address), version: address.version })
      return { ...blob, sha256: row.archiveSha256, filename: row.archiveName ?? 'package.zip' }
    },

    /** The released version to install: the newest, or exactly this one. */
    async resolve(q: Queryable, fullName: string, version?: string): Promise<store.ReleasedVersion> {
      const address = parseFullName(fullName)
      const head = address && (await store.findSkill(q, address.publisher, address.name))
      if (!head || head.status !== 'active' || head.latestVersionId === null)
        throw new AppError('skill.not-found', { skill: fullName })
      const row =
        version === undefined
          ? await store.versionRowById(q, head.latestVersionId)
          : await store.findVersion(q, head.id, version)
      if (!row || row.status !== 'released')
        throw new AppError('version.not-found', { skill: fullName, version: version ?? 'latest' })
      return releasedFrom(q, row)
    },

    async versionById(q: Queryable, versionId: string): Promise<store.ReleasedVersion & { status: VersionStatus }> {
      const row = await store.versionRowById(q, versionId)
      if (!row) throw new AppError('version.not-found', { version: versionId })
      return releasedFrom(q, row)
    },

    async summariesById(q: Queryable, skillIds: readonly string[]): Promise<Map<string, SkillSummary>> {
      const rows = await store.skillRowsById(q, skillIds)
      return new Map(rows.map((row) => [row.id, summaryOf(row)]))
    },

    async addInstalls(q: Queryable, skillId: string, delta: 1 | -1): Promise<void> {
      await store.addToInstallCount(q, skillId, delta)
    },

    /** Every file of a version. Throws where a blob is missing: a package is whole or not there. */
    async loadPackage(versionId: string): Promise<ReadonlyMap<string, Uint8Array>> {
      const files = await store.filesOf(database.q, versionId)
      const loaded = new Map<string, Uint8Array>()
      for (const file of files) {
        const bytes = await deps.blobs.get(file.sha256)
        if (!bytes) throw new Error(`the file ${file.path} of ${versionId} is missing among the blobs`)
        loaded.set(file.path, bytes)
      }
      return loaded
    },

    /** Numbers of a skill that are released or on their way, with their digests. */
    async takenVersions(q: Queryable, publisherId: string, name: string) {
      return store.takenVersions(q, publisherId, name)
    },

    /** Adds a pending version; throws a unique violation where the number is taken. */
    async addVersion(q: Queryable, version: NewVersion): Promise<{ versionId: string; skillId: string }> {
      const now = deps.clock.now()
      const skillId = await store.ensureSkill(q, {
        id: deps.ids.make('skill'),
        publisherId: version.publisherId,
        summary: version.summary,
        now,
      })
      const versionId = deps.ids.make('version')
      const { summary, semver, digest, readme, conformance, changelog, createdBy } = version
      const sizeBytes = version.files.reduce((sum, file) => sum + file.sizeBytes, 0)
      await store.insertVersion(
        q,
        {
          id: versionId,
          skillId,
          status: 'pending',
          summary,
          semver,
          digest,
          readme,
          conformance,
          changelog,
          createdBy,
          sizeBytes,
          fileCount: version.files.length,
          createdAt: now,
        },
        version.files,
      )
      return { versionId, skillId }
    },

    /** Makes a signed version public. False: it was released or rejected before. */
    async release(q: Queryable, versionId: string, archive: { sha256: string; filename: string }): Promise<boolean> {
      const now = deps.clock.now()
      const row = await store.versionRowById(q, versionId)
      if (!row) throw new Error(`there is no version ${versionId}`)
      await store.lockSkill(q, row.skillId)
      const set = { archiveSha256: archive.sha256, archiveName: archive.filename, releasedAt: now }
      if (!(await store.moveVersion(q, { id: versionId, from: 'pending', to: 'released', set }))) return false
      const isLatest = latestOf(await store.releasedNumbers(q, row.skillId)) === row.semver
      if (isLatest)
        await store.showVersion(q, { skillId: row.skillId, versionId, summary: row.summary, readme: row.readme, now })
      return true
    },

    async reject(q: Queryable, versionId: string): Promise<boolean> {
      return store.moveVersion(q, { id: versionId, from: 'pending', to: 'rejected' })
    },
  }
}
