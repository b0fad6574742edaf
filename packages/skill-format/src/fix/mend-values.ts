import { SkillName } from '@guildhall/contracts'
import { characters, MAX_DESCRIPTION, strip } from '../inspect/reference-rules.ts'
import type { StrictValue } from '../inspect/strict-yaml.ts'
import { type Segment, strictValueOf } from './frontmatter-segments.ts'
import { rewriteText, writeText } from './mend-yaml.ts'
import { addMetadata } from './move-fields.ts'

export interface MendedValue {
  segments: Segment[]
  rule: string
  line: number
  message: string
}

/**
 * Gives the skill the name of its folder, or where that is no name either, its own name in the form that names have. What the name
 * said besides is kept as `display-name`; where that is taken, nothing is done.
 */
export function mendName(segments: readonly Segment[], directoryName: string | undefined): MendedValue | null {
  const place = segments.findIndex(({ key }) => key === 'name')
  const segment = segments[place]
  const folder = SkillName.safeParse(directoryName).data
  if (segment === undefined) return folder === undefined ? null : withName(segments, folder)
  const value = strictValueOf(segment)
  if (typeof value !== 'string' || strip(value) === '') return null
  const name = folder ?? SkillName.safeParse(slugOf(value)).data
  const text = name === undefined || name === value ? null : rewriteText(segment, name)
  if (name === undefined || text === null) return null
  const renamed = segments.with(place, { ...segment, text })
  const kept = isSaidBy(value, name) ? renamed : withDisplayName(renamed, value, segment.line)
  if (kept === null) return null
  return { segments: kept, rule: 'fix.name', line: segment.line, message: `The name ${strip(value)} became ${name}` }
}

function withName(segments: readonly Segment[], name: string): MendedValue {
  const line = segments[0]?.line ?? 2
  const message = `The name of the folder was added as name: ${name}`
  return { segments: [{ key: 'name', text: `name: ${name}\n`, line }, ...segments], rule: 'fix.name', line, message }
}

function withDisplayName(segments: readonly Segment[], value: string, line: number): Segment[] | null {
  const field = { key: 'display-name', text: '', line }
  const text = writeText(field, strip(value))
  return text === null ? null : addMetadata(segments, { ...field, text })
}

/** Only separators differ, so that nothing would be lost. */
function isSaidBy(value: string, name: string): boolean {
  return /^[a-z0-9 _.-]*$/.test(strip(value)) && slugOf(value) === name && !strip(value).includes(' ')
}

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** Takes away white space around a description that is too long only by it. */
export function mendDescription(segments: readonly Segment[]): MendedValue | null {
  return mendText(segments, 'description', (value) => {
    const isTooLong = typeof value === 'string' && characters(value) > MAX_DESCRIPTION
    if (!isTooLong || characters(strip(value)) > MAX_DESCRIPTION) return null
    return { value: strip(value), message: 'White space around the description was taken away' }
  })
}

/** Makes one text of a list of compatibilities. */
export function mendCompatibility(segments: readonly Segment[]): MendedValue | null {
  return mendText(segments, 'compatibility', (value) => {
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return null
    return { value: value.join(', '), message: 'The list of compatibilities became one text' }
  })
}

type Better = (value: StrictValue) => { value: string; message: string } | null

function mendText(segments: readonly Segment[], key: string, better: Better): MendedValue | null {
  const place = segments.findIndex((segment) => segment.key === key)
  const segment = segments[place]
  const old = segment === undefined ? null : strictValueOf(segment)
  const mended = old === null ? null : better(old)
  if (segment === undefined || mended === null) return null
  const text = rewriteText(segment, mended.value)
  if (text === null) return null
  const { line } = segment
  return { segments: segments.with(place, { ...segment, text }), rule: `fix.${key}`, line, message: mended.message }
}
