import type { ConformanceLevel } from '@guildhall/contracts'
import { readSkillMd } from '../inspect/read-skill-md.ts'
import { readFences } from './fences.ts'
import { type Segment, segmentsOf } from './frontmatter-segments.ts'
import { mendField } from './mend-field.ts'
import { mendCompatibility, mendDescription, mendName } from './mend-values.ts'
import { moveUnknownFields } from './move-fields.ts'

/** One thing that was mended. */
export interface Fix {
  rule: string
  /** Line in the file before it was mended. */
  line: number
  message: string
}

export interface FixedText {
  text: string
  /** In the order in which they were done; empty where the text is as it was. */
  fixes: Fix[]
}

/**
 * Mends in SKILL.md what can be mended without guessing what was meant: byte order mark, fences, brackets and braces, tabs, texts
 * that need quotes, fields that the specification does not know (moved under `metadata`), the name (that of the folder, or its
 * own as a slug). Nothing is lost, the body is not touched, a second call changes nothing, and the level never becomes lower. Pure;
 * never throws.
 */
export function fixSkillMd(text: string, directoryName?: string): FixedText {
  const unchanged: FixedText = { text, fixes: [] }
  const fenced = readFences(text)
  if (fenced === null) return unchanged
  const fields = fixFields(segmentsOf(fenced.frontmatter, fenced.firstLine), directoryName)
  const fixes = [...fenced.messages, ...fields.fixes]
  if (fixes.length === 0) return unchanged
  const lines = ['---\n', ...fields.segments.map((segment) => segment.text), '---\n'].join('')
  const fixed = lines.replaceAll('\n', fenced.lineEnd) + fenced.body
  return isWorse(text, fixed, directoryName) ? unchanged : { text: fixed, fixes }
}

interface FixedFields {
  segments: Segment[]
  fixes: Fix[]
}

function fixFields(written: readonly Segment[], directoryName: string | undefined): FixedFields {
  const fixes: Fix[] = []
  if (!written.every(isField)) return { segments: [...written], fixes }
  const hasAnchors = written.some(({ text }) => /\s&\S/.test(text))
  const readable = written.map((segment) => {
    const mended = mendField(segment, hasAnchors)
    if (mended === null) return segment
    fixes.push({ rule: 'fix.yaml', line: segment.line, message: mended.message })
    return { ...segment, text: mended.text }
  })
  const { segments: sorted, moved } = moveUnknownFields(readable)
  fixes.push(...moved.map(({ line, message }) => ({ rule: 'fix.unknown-field', line, message })))
  let segments = sorted
  for (const mend of [mendName, mendDescription, mendCompatibility]) {
    const mended = mend(segments, directoryName)
    if (mended === null) continue
    fixes.push({ rule: mended.rule, line: mended.line, message: mended.message })
    segments = mended.segments
  }
  return { segments, fixes }
}

/** A field, or comments and blank lines. */
function isField({ key, text }: Segment): boolean {
  return key !== null || /^(?:[ \t]*(?:#[^\n]*)?\n)*$/.test(text)
}

const ORDER: readonly ConformanceLevel[] = ['none', 'loadable', 'spec', 'portable']

function isWorse(before: string, after: string, directoryName: string | undefined): boolean {
  return ORDER.indexOf(levelOf(after, directoryName)) < ORDER.indexOf(levelOf(before, directoryName))
}

function levelOf(text: string, directoryName: string | undefined): ConformanceLevel {
  return readSkillMd(new Map([['SKILL.md', new TextEncoder().encode(text)]]), directoryName).level
}
