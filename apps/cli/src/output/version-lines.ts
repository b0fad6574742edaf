import type { VersionSummary } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { plainLine } from './plain-text.ts'
import { type Column, tableLines } from './table.ts'

const columns: Column[] = [
  { title: 'version' },
  { title: 'status' },
  { title: 'tags' },
  { title: 'released' },
  { title: 'level' },
  { title: 'bytes', align: 'right' },
  { title: 'digest' },
]

/** Versions as a table, and below it why some of them should not be used. */
export function versionTable(versions: readonly VersionSummary[], paint: Paint): string[] {
  const rows = versions.map((one) => [
    one.version,
    one.deprecation === null ? one.status : `${one.status}, deprecated`,
    one.tags.join(' '),
    one.releasedAt?.slice(0, 10) ?? '',
    one.conformance,
    String(one.sizeBytes),
    one.digest.slice(0, 12),
  ])
  const notes = versions.flatMap(({ version, statusReason, deprecation }) =>
    [statusReason, deprecation].flatMap((note) => (note === null ? [] : `  ${version}: ${plainLine(note)}`)),
  )
  return [...tableLines(columns, rows), ...(notes.length === 0 ? [] : ['', ...notes.map(paint.yellow)])]
}

/** What became of one version, in a line. */
export function versionStateLine(fullName: string, { version, status, statusReason }: VersionSummary): string {
  const why = statusReason === null ? '' : `: ${plainLine(statusReason)}`
  return `${fullName}@${version} is ${status} now${why}`
}
