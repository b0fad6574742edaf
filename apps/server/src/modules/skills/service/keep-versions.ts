import {
  AppError,
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
import { semverSortKey } from '../rules.ts'
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

/**
 * Adds a pending version; breaks the unique constraint `versions_number` where the number is taken. Throws skill.name-taken where the
 * name belongs to what was renamed or removed.
 */
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
  const fullName = fullNameOf({ publisher: publisherHandle, name: version.summary.name })
  if (skillId === null) throw new AppError('skill.name-taken', { skill: fullName })
  const versionId = deps.ids.make('version')
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const made = {
    ...row,
    id: versionId,
    skillId,
    semverOrder: semverSortKey(version.semver),
    signedAs: fullName,
    status: 'pending',
    sizeBytes,
    fileCount: files.length,
    createdAt: now,
  } as const
  await store.insertVersion(q, made, files)
  await store.insertDependencies(q, versionId, version.summary.dependencies)
  return { versionId, skillId }
}
