import { type Finding, FullName } from '@guildhall/contracts'
import type { DependencyEntry } from '../dependencies/dependency-text.ts'
import { isRange } from '../dependencies/version-list.ts'
import { errorFinding, type Place } from './findings.ts'

/** How findings about declared dependencies are told. */
interface Telling {
  rule: string
  /** The field that holds them. */
  label: string
  placeOf: (entry: DependencyEntry) => Place
}

const MAX_DIRECT = 100

/** What is wrong with names and ranges of skills that a package needs or calls. */
export function dependencyFindings(entries: readonly DependencyEntry[], telling: Telling): Finding[] {
  const [first] = entries
  if (first !== undefined && entries.length > MAX_DIRECT) {
    const message = `${telling.label}: ${entries.length} skills are named`
    return [errorFinding(telling.rule, telling.placeOf(first), { message, remedy: `Name at most ${MAX_DIRECT}.` })]
  }
  const seen = new Set<string>()
  return entries.flatMap((entry) => {
    const isAgain = seen.has(entry[0])
    seen.add(entry[0])
    return isAgain ? [twice(entry, telling)] : entryFindings(entry, telling)
  })
}

function twice(entry: DependencyEntry, { rule, label, placeOf }: Telling): Finding {
  const words = { message: `${label}: ${entry[0]} is named twice`, remedy: 'Name it once, with one range.' }
  return errorFinding(rule, placeOf(entry), words)
}

function entryFindings(entry: DependencyEntry, { rule, label, placeOf }: Telling): Finding[] {
  const [name, range] = entry
  if (!FullName.safeParse(name).success)
    return [
      errorFinding(rule, placeOf(entry), {
        message: `${label}: ${name} is not of the form @publisher/name`,
        remedy: 'Name the skill in full, such as @acme/geocode.',
      }),
    ]
  if (isRange(range)) return []
  const words = {
    message: `${label}: ${range === '' ? 'nothing' : range} is not a version range`,
    remedy: 'Write a range such as ^1.2.0.',
  }
  return [errorFinding(rule, placeOf(entry), words)]
}
