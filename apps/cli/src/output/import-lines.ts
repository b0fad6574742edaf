import { ConformanceLevel, type Import, type ImportItem } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { plainLine } from './plain-text.ts'
import { type Column, tableLines } from './table.ts'

const outcomes = ['submitted', 'unchanged', 'refused'] as const

const columns: Column[] = [
  { title: 'level' },
  ...[...outcomes, 'in all'].map((title) => ({ title, align: 'right' as const })),
]

/** Skills counted by level and outcome; levels that did not occur are left out. */
function countLines(items: readonly ImportItem[]): string[] {
  const counts = (some: readonly ImportItem[]) => [
    ...outcomes.map((outcome) => String(some.filter((item) => item.outcome === outcome).length)),
    String(some.length),
  ]
  const levels = ConformanceLevel.options.toReversed().flatMap((level) => {
    const some = items.filter(({ conformance }) => conformance === level)
    return some.length === 0 ? [] : [[level, ...counts(some)]]
  })
  return tableLines(columns, [...levels, ['in all', ...counts(items)]])
}

const placeOf = (path: string): string => (path === '' ? '(root)' : plainLine(path))

function headLine({ status, repository, commit, source }: Import, paint: Paint): string {
  const where = plainLine(repository ?? source)
  const at = commit === null ? '' : ` at ${commit.slice(0, 12)}`
  if (status === 'failed') return `${paint.red('Failed')} to import ${where}${at}`
  return status === 'finished' ? `${paint.green('Imported')} ${where}${at}` : `The import of ${where} is ${status}`
}

/** How an import ended: where from, counts per level, and each skill that did not come in with its reason. */
export function importLines(one: Import, paint: Paint): string[] {
  const refused = one.items.filter(({ outcome }) => outcome === 'refused')
  return [
    headLine(one, paint),
    ...(one.error === null ? [] : [`  ${plainLine(one.error)}`]),
    ...(one.items.length === 0 ? [] : ['', ...countLines(one.items)]),
    ...(refused.length === 0 ? [] : ['', paint.bold('Refused')]),
    ...refused.map(({ path, message }) => `  ${paint.red(placeOf(path))}  ${plainLine(message)}`),
    ...(one.skipped.length === 0 ? [] : ['', paint.bold('Left out')]),
    ...one.skipped.map(({ path, reason }) => `  ${placeOf(path)}  ${plainLine(reason)}`),
  ]
}
