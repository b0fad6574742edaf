import { satisfies } from 'semver'
import type { ConformanceLevel, VersionStatus } from '@guildhall/contracts'
import { latestOf } from '../rules.ts'

export type VersionChange = 'yank' | 'withdraw' | 'suspend' | 'restore'

interface Arrow {
  from: readonly VersionStatus[]
  to: VersionStatus
}

/** From a suspension, too, a version comes back as released: an administrator who restores it has looked at it. */
const arrows: Record<VersionChange, Arrow> = {
  yank: { from: ['released'], to: 'yanked' },
  withdraw: { from: ['released', 'yanked'], to: 'withdrawn' },
  suspend: { from: ['released', 'yanked', 'withdrawn'], to: 'suspended' },
  restore: { from: ['yanked', 'withdrawn', 'suspended'], to: 'released' },
}

/** Where a change leads from this status; null where it cannot begin there. */
export function statusAfter(change: VersionChange, status: VersionStatus): VersionStatus | null {
  const { from, to } = arrows[change]
  return from.includes(status) ? to : null
}

/** What administrators did, only they take back. */
export function needsAdmin(change: VersionChange, status: VersionStatus): boolean {
  return change === 'suspend' || (change === 'restore' && status === 'suspended')
}

/** The versions a deprecation is about. Its range is about numbers, so pre-releases within it count. */
export function versionsWithin(versions: readonly string[], range: string): string[] {
  return versions.filter((version) => satisfies(version, range, { includePrerelease: true }))
}

export interface NumberedVersion {
  id: string
  semver: string
}

/**
 * The released version that `latest` means: the one it was set to by hand while that is released, else the one the numbers choose
 * (`latestOf`). Null: nothing is released.
 */
export function latestAmong(released: readonly NumberedVersion[], setByHand: string | null): string | null {
  const held = released.find(({ id }) => id === setByHand)
  if (held) return held.id
  const number = latestOf(released.map(({ semver }) => semver))
  return released.find(({ semver }) => semver === number)?.id ?? null
}

/** Good enough for everybody. */
export function isPublicLevel(level: ConformanceLevel): boolean {
  return level === 'spec' || level === 'portable'
}
