import {
  type ActionSchemas,
  describePermissions,
  missingPermissions,
  type PackageDiff,
  type PackageSummary,
  type Permissions,
  type PermissionStatement,
} from '@guildhall/contracts'
import { compareUtf8 } from '../package-files.ts'
import { diffFiles } from './diff-files.ts'
import type { PackageSide } from './package-side.ts'

/**
 * What separates two packages: files, permissions in words, actions, and what they say of themselves. Deterministic, and within
 * `textDiffLimits` however hostile the files are: above them a file is compared by its digest only (`too_large`). Throws only what
 * reading a side throws.
 */
export async function diffPackages(before: PackageSide, after: PackageSide): Promise<PackageDiff> {
  return {
    ...(await diffFiles(before, after)),
    permissions: {
      gained: statementsOf(after.summary.permissions, before.summary.permissions),
      lost: statementsOf(before.summary.permissions, after.summary.permissions),
    },
    actions: diffActions(before.summary.actions, after.summary.actions),
    fields: diffFields(before.summary, after.summary),
  }
}

/** What `wanted` asks for beyond `granted`, in words. */
function statementsOf(wanted: Permissions, granted: Permissions): PermissionStatement[] {
  const missing = new Set(missingPermissions(wanted, granted))
  return describePermissions(wanted).filter(({ id }) => missing.has(id))
}

function diffActions(before: ActionSchemas, after: ActionSchemas): PackageDiff['actions'] {
  const has = (actions: ActionSchemas, name: string): boolean => Object.hasOwn(actions, name)
  const old = Object.keys(before).sort(compareUtf8)
  const fresh = Object.keys(after).sort(compareUtf8)
  return {
    added: fresh.filter((name) => !has(before, name)),
    removed: old.filter((name) => !has(after, name)),
    changed: old.filter((name) => has(after, name) && canonicalJson(before[name]) !== canonicalJson(after[name])),
  }
}

/** The order of keys means nothing in a schema. Depth is bounded where the files were read. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareUtf8(a, b)))
      : inner,
  )
}

const FIELDS: readonly [field: string, read: (summary: PackageSummary) => string | null][] = [
  ['kind', (summary) => summary.kind],
  ['entry', (summary) => summary.entry],
  ['displayName', (summary) => summary.displayName],
  ['description', (summary) => summary.description],
  ['license', (summary) => summary.license],
  ['category', (summary) => summary.category],
  ['tags', (summary) => listText(summary.tags)],
  ['dependencies', (summary) => listText(Object.entries(summary.dependencies).map((entry) => entry.join(' ')))],
]

function listText(items: readonly string[]): string | null {
  return items.length === 0 ? null : items.toSorted(compareUtf8).join(', ')
}

function diffFields(before: PackageSummary, after: PackageSummary): PackageDiff['fields'] {
  return FIELDS.map(([field, read]) => ({ field, before: read(before), after: read(after) })).filter(
    (one) => one.before !== one.after,
  )
}
