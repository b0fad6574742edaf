import type { DiffHunk, FileDiff, PackageDiff } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { permissionLines } from './permission-lines.ts'
import { plainLine, plainText } from './plain-text.ts'

const SIGN = { same: ' ', added: '+', removed: '-' } as const

function hunkLines({ oldStart, newStart, lines }: DiffHunk, paint: Paint): string[] {
  const count = (other: 'added' | 'removed') => lines.filter(({ kind }) => kind !== other).length
  const head = paint.accent(`@@ -${oldStart},${count('added')} +${newStart},${count('removed')} @@`)
  const body = lines.map(({ kind, text }) => {
    const line = `${SIGN[kind]}${plainText(text)}`
    if (kind === 'same') return line
    return kind === 'added' ? paint.green(line) : paint.red(line)
  })
  return [head, ...body]
}

const sideOf = (side: FileDiff['before']): string =>
  side === null ? 'nothing' : `${side.sizeBytes} bytes, sha256 ${side.sha256.slice(0, 12)}`

/** One file as unified diff; what is not text is told by size and digest. */
function fileLines(file: FileDiff, paint: Paint): string[] {
  const path = plainLine(file.path)
  const from = plainLine(file.movedFrom ?? file.path)
  const titles = [
    paint.bold(`--- ${file.before === null ? '/dev/null' : `a/${from}`}`),
    paint.bold(`+++ ${file.after === null ? '/dev/null' : `b/${path}`}`),
  ]
  if (file.content === 'text') return [...titles, ...file.hunks.flatMap((hunk) => hunkLines(hunk, paint))]
  const why = file.content === 'binary' ? 'binary' : 'too large to compare line by line'
  return [...titles, `  ${why}: ${sideOf(file.before)} -> ${sideOf(file.after)}`]
}

function permissionChanges({ gained, lost }: PackageDiff['permissions'], paint: Paint): string[] {
  return [
    ...(gained.length === 0 ? [] : [paint.bold('Asks for more:'), ...permissionLines(gained, paint)]),
    ...(lost.length === 0 ? [] : [paint.bold('Asks no longer for:'), ...permissionLines(lost, paint)]),
  ]
}

function summaryLines({ files, unchangedCount, actions, fields }: PackageDiff): string[] {
  const added = files.reduce((sum, file) => sum + file.linesAdded, 0)
  const removed = files.reduce((sum, file) => sum + file.linesRemoved, 0)
  const list = (label: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`Actions ${label}: ${names.map((name) => plainLine(name)).join(', ')}`]
  const value = (text: string | null) => (text === null ? 'nothing' : plainLine(text, 60))
  return [
    `${files.length} files changed, ${unchangedCount} unchanged; ${added} lines added, ${removed} removed`,
    ...list('added', actions.added),
    ...list('removed', actions.removed),
    ...list('changed', actions.changed),
    ...fields.map(({ field, before, after }) => `${plainLine(field)}: ${value(before)} -> ${value(after)}`),
  ]
}

/** What separates two packages: permissions in words first, then facts, then every file as unified diff. */
export function packageDiffLines(diff: PackageDiff, paint: Paint): string[] {
  if (diff.files.length === 0) return ['No file differs.']
  return [
    ...permissionChanges(diff.permissions, paint),
    ...summaryLines(diff),
    ...diff.files.flatMap((file) => ['', ...fileLines(file, paint)]),
  ]
}
