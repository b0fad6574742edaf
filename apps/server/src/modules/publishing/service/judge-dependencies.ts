import type { Finding } from '@guildhall/contracts'
import * as store from '../store.ts'
import { type DependingSkill, dependencyFinding } from './check-dependencies.ts'
import type { PipelineDeps, Row } from './move-submission.ts'

/** How long a submission waits at most for what it needs. */
const PATIENCE_MS = 600_000
/** So long after the last move of another submission nothing is expected any more: those that are left wait for one another. */
const QUIET_MS = 3000

export type DependencyVerdict =
  | { kind: 'fine' }
  | { kind: 'waits'; message: string }
  | { kind: 'refused'; finding: Finding }

/** Whether what this one needs may come soon: skills that need one another are submitted together and validated in any order. */
async function mayComeSoon({ database, clock }: PipelineDeps, row: Row): Promise<boolean> {
  const now = clock.now().getTime()
  if (now - row.createdAt.getTime() > PATIENCE_MS) return false
  return store.areOthersMoving(database.q, row, new Date(now - QUIET_MS))
}

/** Whether everything that a skill needs can be had: now, perhaps in a moment, or not at all. */
export async function judgeDependencies(
  deps: PipelineDeps,
  row: Row,
  skill: DependingSkill,
): Promise<DependencyVerdict> {
  if (Object.keys(skill.dependencies).length === 0) return { kind: 'fine' }
  // Asked first: what is released in between is then found below.
  const isWorthWaiting = await mayComeSoon(deps, row)
  const finding = await dependencyFinding(deps, skill)
  if (finding === null) return { kind: 'fine' }
  if (!isWorthWaiting) return { kind: 'refused', finding }
  return { kind: 'waits', message: `Another submission may bring what it needs. Until then: ${finding.message}` }
}
