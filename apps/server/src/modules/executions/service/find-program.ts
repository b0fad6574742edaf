import { commonPermissions, type ExecutionError, type PackageSummary, type Permissions } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { isGivenOut, type VersionWithStatus } from '../../skills/index.ts'
import { draftGoneError, unavailableError, uninstalledError } from '../rules.ts'
import type { ExecutionRow } from '../store.ts'
import type { ExecutionsContext } from './executions-deps.ts'
import type { PackageContent } from './package-cache.ts'

/** What an execution runs: a released version or a draft. */
export interface Program {
  summary: PackageSummary
  /** Null for a draft. */
  version: VersionWithStatus | null
  files(): Promise<PackageContent>
}

/** What a row runs; null once its draft is gone. */
export async function findProgram(
  deps: ExecutionsContext,
  q: Queryable,
  row: Pick<ExecutionRow, 'userId' | 'versionId' | 'draftId'>,
): Promise<Program | null> {
  if (row.versionId !== null) {
    const version = await deps.skills.versionById(q, row.versionId)
    return { summary: version.summary, version, files: () => deps.packages.get(version) }
  }
  const draft = row.draftId === null ? null : await deps.drafts.forRun(q, row.userId, row.draftId)
  if (!draft) return null
  return { summary: draft.summary, version: null, files: () => deps.packages.getDraft(draft.blob) }
}

/** What its user grants a run now; or why it may not run at all. */
export type Grant = { isGiven: true; permissions: Permissions } | { isGiven: false; error: ExecutionError }

/** A run gets what its package declares as far as its user still grants it. */
export async function findGrant(deps: ExecutionsContext, row: ExecutionRow, program: Program | null): Promise<Grant> {
  if (!program) return { isGiven: false, error: draftGoneError() }
  const { version, summary } = program
  const given = version ? await grantOf(deps, row) : row.granted
  if (given === null) return { isGiven: false, error: uninstalledError() }
  if (version && !isGivenOut(version.status)) return { isGiven: false, error: unavailableError(version) }
  return { isGiven: true, permissions: commonPermissions(summary.permissions, given) }
}

async function grantOf(deps: ExecutionsContext, { installationId }: ExecutionRow): Promise<Permissions | null> {
  if (installationId === null) return null
  return deps.installations.grantOf(deps.platform.database.q, installationId)
}
