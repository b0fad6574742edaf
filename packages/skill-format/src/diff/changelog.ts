import type { FileDiff, PackageDiff } from '@guildhall/contracts'

/** Lines of one kind before the rest is only counted. */
const MAX_LISTED = 12
const MAX_NAME_CHARACTERS = 120
const MAX_CHARACTERS = 8000

/**
 * A short changelog in Markdown for a version whose author gave none: what a person should know first, permissions, then actions,
 * dependencies and files. The same diff gives the same text; names from packages stand in code spans and cannot break out of them.
 */
export function changelogOf(diff: PackageDiff): string {
  const lines = [
    ...listed(diff.permissions.gained, ({ title }) => `New permission: ${plain(title)}`),
    ...listed(diff.permissions.lost, ({ title }) => `No longer asks for: ${plain(title)}`),
    ...listed(diff.actions.added, (name) => `Adds the action ${code(name)}`),
    ...listed(diff.actions.removed, (name) => `Removes the action ${code(name)}`),
    ...listed(diff.actions.changed, (name) => `Changes the action ${code(name)}`),
    ...diff.fields.map(fieldLine),
    ...listed(diff.files, fileLine),
  ]
  return lines.length === 0 ? 'The same content under a new number.' : shortened(lines.map((line) => `- ${line}`))
}

/** Whole lines up to the limit. */
function shortened(lines: readonly string[]): string {
  let characters = 0
  const shown = lines.filter((line) => {
    characters += line.length + 1
    return characters <= MAX_CHARACTERS
  })
  return [...shown, ...(shown.length < lines.length ? [`- … and ${lines.length - shown.length} more`] : [])].join('\n')
}

function listed<T>(items: readonly T[], lineOf: (item: T) => string): string[] {
  const lines = items.slice(0, MAX_LISTED).map(lineOf)
  const more = items.length - lines.length
  return more > 0 ? [...lines, `… and ${more} more`] : lines
}

const FIELD_NAMES: Readonly<Record<string, string>> = { displayName: 'display name' }

function fieldLine({ field, before, after }: PackageDiff['fields'][number]): string {
  const name = FIELD_NAMES[field] ?? field
  if (field === 'description') return 'Changes the description'
  if (before === null) return `Sets ${name}: ${code(after ?? '')}`
  if (after === null) return `Removes ${name}: ${code(before)}`
  return `Changes ${name} from ${code(before)} to ${code(after)}`
}

function fileLine(file: FileDiff): string {
  const path = code(file.path)
  switch (file.change) {
    case 'added':
      return `Adds ${path}`
    case 'removed':
      return `Removes ${path}`
    case 'moved':
      return `Moves ${code(file.movedFrom ?? '')} to ${path}`
    case 'changed':
      return `Changes ${path}${extent(file)}`
  }
}

function extent({ content, linesAdded, linesRemoved }: FileDiff): string {
  if (content !== 'text') return ''
  const parts = [
    ...(linesAdded > 0 ? [`${linesAdded} ${linesAdded === 1 ? 'line' : 'lines'} added`] : []),
    ...(linesRemoved > 0
      ? [`${linesRemoved} ${linesAdded > 0 ? '' : linesRemoved === 1 ? 'line ' : 'lines '}removed`]
      : []),
  ]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function code(text: string): string {
  const one = plain(text)
  const longest = Math.max(0, ...[...one.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padding = longest > 0 ? ' ' : ''
  return `${fence}${padding}${one}${padding}${fence}`
}

/** On one line, without characters that nobody sees. */
function plain(text: string): string {
  const visible = text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim()
  return visible.length > MAX_NAME_CHARACTERS ? `${visible.slice(0, MAX_NAME_CHARACTERS)}…` : visible
}
