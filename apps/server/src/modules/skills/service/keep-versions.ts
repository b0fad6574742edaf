import {
  AppError,
  type ConformanceReport,
  fullNameOf,
  type PackageFile,
  type PackageSummary,
  parseFullName,
  type Provenance,
  type VersionStatus,
  type Visibility,
} from '@guildhall/contracts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/ids/ids.ts'
import { latestOf, semverSortKey } from '../rules.ts'
import * as store from '../store.ts'

export interface KeepDeps {
  clock: Clock
  ids: Ids
}

/** A version that validation has accepted and nobody has released yet. */
export interface NewVersion {
  publisherId: string
  publisherHandle: string
  summary: PackageSummary
  semver: string
  digest: string
  files: readonly PackageFile[]
  readme: string
  conformance: ConformanceReport
  changelog: string | null
  provenance: Provenance | null
  /** Null keeps what the skill has; a new one becomes public. */
  visibility: Visibility | null
  createdBy: string
}

export type VersionWithStatus = store.ReleasedVersion & { status: VersionStatus }

async function withAddress(q: Queryable, row: store.VersionRow): Promise<VersionWithStatus> {
  const address = await store.addressOfVersion(q, row.id)
  if (!address) throw new AppError('skill.not-found', { version: row.id })
  const { skillId, semver, digest, summary, status } = row
  return { skillId, versionId: row.id, fullName: fullNameOf(address), semver, digest, summary, status }
}

/** The released version to install: the newest, or exactly this one. Throws skill.not-found, version.not-found. */
export async function resolveVersion(q: Queryable, fullName: string, version?: string): Promise<store.ReleasedVersion> {
  const address = parseFullName(fullName)
  const head = address && (await store.findSkill(q, address.publisher, address.name))
  if (!head || head.status !== 'active' || head.latestVersionId === null) {
    throw new AppError('skill.not-found', { skill: fullName })
  }
  const row =
    version === undefined
      ? await store.versionRowById(q, head.latestVersionId)
      : await store.findVersion(q, head.id, version)
  if (!row || row.status !== 'released') {
    throw new AppError('version.not-found', { skill: fullName, version: version ?? 'latest' })
  }
  return withAddress(q, row)
}

/** Throws version.not-found. */
export async function versionById(q: Queryable, versionId: string): Promise<VersionWithStatus> {
  const row = await store.versionRowById(q, versionId)
  if (!row) throw new AppError('version.not-found', { version: versionId })
  return withAddress(q, row)
}

/** Adds a pending version; breaks the unique constraint `versions_number` where the number is taken. */
export async function addVersion(
  deps: KeepDeps,
  q: Queryable,
  version: NewVersion,
): Promise<{ versionId: string; skillId: string }> {
  const { publisherId, publisherHandle, files, visibility, ...row } = version
  const now = deps.clock.now()
  const skillId = await store.ensureSkill(q, {
    id: deps.ids.make('skill'),
    publisherId,
    publisherHandle,
    summary: version.summary,
    visibility: visibility ?? 'public',
    now,
  })
  const versionId = deps.ids.make('version')
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const made = {
    ...row,
    id: versionId,
    skillId,
    semverOrder: semverSortKey(version.semver),
    signedAs: fullNameOf({ publisher: publisherHandle, name: version.summary.name }),
    status: 'pending',
    sizeBytes,
    fileCount: files.length,
    createdAt: now,
  } as const
  await store.insertVersion(q, made, files)
  return { versionId, skillId }
}

/** Makes a signed version public, and the face of its skill where its number is the highest. False: it is not pending any more. */
export async function releaseVersion(
  deps: KeepDeps,
  q: Queryable,
  versionId: string,
  archive: { sha256: string; filename: string },
): Promise<boolean> {
  const now = deps.clock.now()
  const row = await store.versionRowById(q, versionId)
  if (!row) throw new Error(`there is no version ${versionId}`)
  const { skillId, semver, summary, readme, conformance } = row
  const { publisherHandle } = await store.lockSkill(q, skillId)
  const set = { archiveSha256: archive.sha256, archiveName: archive.filename, releasedAt: now }
  if (!(await store.moveVersion(q, { id: versionId, from: 'pending', to: 'released', set }))) return false
  const isLatest = latestOf(await store.releasedNumbers(q, skillId)) === semver
  if (isLatest) {
    const face = { skillId, publisherHandle, versionId, semver, conformance: conformance.level, summary, readme, now }
    await store.showVersion(q, face)
  }
  return true
}
