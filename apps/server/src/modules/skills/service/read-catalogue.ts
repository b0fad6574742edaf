import type { Readable } from 'node:stream'
import * as z from 'zod'
import {
  AppError,
  describePermissions,
  fullNameOf,
  type PackageFile,
  type Page,
  type PageQuery,
  type SignatureEnvelope,
  type SkillAddress,
  type SkillDetails,
  type VersionDetails,
  type VersionStatus,
  type VersionSummary,
} from '@guildhall/contracts'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import { maySeeVersion, type Viewer } from '../access.ts'
import * as store from '../store.ts'
import { type FindDeps, summaryOf } from './find-skills.ts'

export interface ReadDeps extends FindDeps {
  blobs: Blobs
}

export type VersionAddress = SkillAddress & { version: string }

export interface OpenArchive {
  stream: Readable
  sizeBytes: number
  sha256: string
  filename: string
}

const VersionCursor = z.tuple([CursorTime, z.string().max(64)])
const PUBLIC_STATUSES: readonly VersionStatus[] = ['released', 'yanked']
const ALL_STATUSES: readonly VersionStatus[] = ['pending', 'released', 'rejected', 'yanked', 'withdrawn', 'suspended']

function versionSummaryOf(row: store.VersionRow): VersionSummary {
  return {
    id: row.id as VersionSummary['id'],
    version: row.semver,
    status: row.status,
    digest: row.digest,
    sizeBytes: row.sizeBytes,
    fileCount: row.fileCount,
    changelog: row.changelog,
    deprecation: row.deprecation,
    statusReason: row.statusReason,
    tags: [],
    conformance: row.conformance.level,
    createdAt: row.createdAt.toISOString(),
    releasedAt: row.releasedAt?.toISOString() ?? null,
  }
}

const seesEverything = (head: store.SkillHead, viewer: Viewer | null): boolean =>
  maySeeVersion(viewer, { status: 'pending', publisherOwner: head.publisherOwner })

/** The skill, where the viewer may know that it exists. */
async function visibleSkill(deps: ReadDeps, address: SkillAddress, viewer: Viewer | null): Promise<store.SkillHead> {
  const head = await store.findSkill(deps.q, address.publisher, address.name)
  const isPublic = head?.latestVersionId !== null && head?.status === 'active'
  if (head && head.status !== 'deleted' && (isPublic || seesEverything(head, viewer))) return head
  throw new AppError('skill.not-found', { skill: fullNameOf(address) })
}

async function visibleVersion(
  deps: ReadDeps,
  address: VersionAddress,
  viewer: Viewer | null,
): Promise<store.VersionRow> {
  const head = await visibleSkill(deps, address, viewer)
  const row =
    address.version === 'latest'
      ? head.latestVersionId && (await store.versionRowById(deps.q, head.latestVersionId))
      : await store.findVersion(deps.q, head.id, address.version)
  if (row && maySeeVersion(viewer, { status: row.status, publisherOwner: head.publisherOwner })) return row
  throw new AppError('version.not-found', { skill: fullNameOf(address), version: address.version })
}

async function envelopeOf(deps: ReadDeps, row: store.VersionRow): Promise<SignatureEnvelope | null> {
  const signatures = await store.signaturesOf(deps.q, row.id)
  if (!signatures) return null
  return {
    format: 'guildhall-signature-v1',
    fullName: row.signedAs,
    version: row.semver,
    digest: row.digest,
    signatures,
  }
}

export async function readSkill(deps: ReadDeps, address: SkillAddress): Promise<SkillDetails> {
  const head = await visibleSkill(deps, address, null)
  const row = (await store.skillRowsById(deps.q, [head.id]))[0]
  const version = head.latestVersionId && (await store.versionRowById(deps.q, head.latestVersionId))
  if (!row || !version) throw new AppError('skill.not-found', { skill: fullNameOf(address) })
  const { permissions, actions, license } = version.summary
  return {
    ...summaryOf(deps, row),
    publisherVerified: head.publisherVerified,
    license,
    readme: version.readme,
    permissions,
    permissionStatements: describePermissions(permissions),
    actions,
    digest: version.digest,
  }
}

export async function readVersions(
  deps: ReadDeps,
  address: SkillAddress,
  page: PageQuery,
  viewer: Viewer | null,
): Promise<Page<VersionSummary>> {
  const head = await visibleSkill(deps, address, viewer)
  const cursor = page.cursor ? decodeCursor(VersionCursor, page.cursor) : null
  const rows = await store.listVersions(deps.q, {
    skillId: head.id,
    statuses: seesEverything(head, viewer) ? ALL_STATUSES : PUBLIC_STATUSES,
    after: cursor && store.versionsBefore(...cursor),
    limit: page.limit + 1,
  })
  return pageFrom(rows, page.limit, { item: versionSummaryOf, cursor: (row) => [row.createdAt.toISOString(), row.id] })
}

export async function readVersion(
  deps: ReadDeps,
  address: VersionAddress,
  viewer: Viewer | null,
): Promise<VersionDetails> {
  const row = await visibleVersion(deps, address, viewer)
  const { permissions, actions } = row.summary
  return {
    ...versionSummaryOf(row),
    fullName: fullNameOf(address),
    signedAs: row.signedAs,
    renames: [],
    provenance: row.provenance,
    dependencies: row.summary.dependencies,
    readme: row.readme,
    files: await store.filesOf(deps.q, row.id),
    permissions,
    permissionStatements: describePermissions(permissions),
    actions,
    findings: row.conformance.findings,
    signature: await envelopeOf(deps, row),
  }
}

export async function openFile(
  deps: ReadDeps,
  address: VersionAddress & { path: string },
  viewer: Viewer | null,
): Promise<PackageFile & { stream: Readable }> {
  const row = await visibleVersion(deps, address, viewer)
  const file = await store.findFile(deps.q, row.id, address.path)
  const blob = file && (await deps.blobs.open(file.sha256))
  if (!file || !blob) throw new AppError('version.file-not-found', { path: address.path })
  return { ...file, stream: blob.stream }
}

/** The signed package. A version that was not released has none. */
export async function openArchive(deps: ReadDeps, address: VersionAddress): Promise<OpenArchive> {
  const { archiveSha256, archiveName } = await visibleVersion(deps, address, null)
  const blob = archiveSha256 === null ? null : await deps.blobs.open(archiveSha256)
  if (!blob || archiveSha256 === null) {
    throw new AppError('version.not-found', { skill: fullNameOf(address), version: address.version })
  }
  return { ...blob, sha256: archiveSha256, filename: archiveName ?? 'package.zip' }
}

/** Every file of a version. Throws where a blob is missing: a package is whole or not there. */
export async function loadPackage(deps: ReadDeps, versionId: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const loaded = new Map<string, Uint8Array>()
  for (const file of await store.filesOf(deps.q, versionId)) {
    const bytes = await deps.blobs.get(file.sha256)
    if (!bytes) throw new Error(`the file ${file.path} of ${versionId} is missing among the blobs`)
    loaded.set(file.path, bytes)
  }
  return loaded
}
