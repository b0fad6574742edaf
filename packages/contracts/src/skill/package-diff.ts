import * as z from 'zod'
import { Semver, Sha256 } from './names.ts'
import { PermissionStatement } from './permissions.ts'

const Side = z.object({ sizeBytes: z.number().int().nonnegative(), sha256: Sha256 })

/** A run of lines that changed, with lines around it. `text` has no line end. */
export const DiffHunk = z
  .object({
    oldStart: z.number().int().nonnegative().meta({ description: 'First line on the old side, counted from 1' }),
    newStart: z.number().int().nonnegative(),
    lines: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
  })
  .meta({ id: 'DiffHunk' })
export type DiffHunk = z.infer<typeof DiffHunk>

export const FileDiff = z
  .object({
    path: z.string().max(1024),
    change: z.enum(['added', 'removed', 'changed', 'moved']),
    movedFrom: z.string().max(1024).nullable(),
    before: Side.nullable(),
    after: Side.nullable(),
    /** `binary` and `too_large` are compared by digest only. */
    content: z.enum(['text', 'binary', 'too_large']),
    linesAdded: z.number().int().nonnegative(),
    linesRemoved: z.number().int().nonnegative(),
    hunks: z.array(DiffHunk),
  })
  .meta({ id: 'FileDiff' })
export type FileDiff = z.infer<typeof FileDiff>

/** What separates two packages. */
export const PackageDiff = z
  .object({
    files: z.array(FileDiff).meta({ description: 'Changed files only, by path' }),
    unchangedCount: z.number().int().nonnegative(),
    permissions: z.object({ gained: z.array(PermissionStatement), lost: z.array(PermissionStatement) }),
    actions: z.object({
      added: z.array(z.string()),
      removed: z.array(z.string()),
      changed: z.array(z.string()),
    }),
    /** Fields of the summary that differ: kind, license, description, entry, category, tags, dependencies. */
    fields: z.array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  })
  .meta({ id: 'PackageDiff' })
export type PackageDiff = z.infer<typeof PackageDiff>

export const VersionDiff = PackageDiff.extend({ from: Semver, to: Semver }).meta({ id: 'VersionDiff' })
export type VersionDiff = z.infer<typeof VersionDiff>
