import {
  type ConformanceReport,
  fullNameOf,
  type PackageFile,
  type PackageSummary,
  type Provenance,
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
