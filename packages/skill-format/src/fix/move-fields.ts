import { isDeepStrictEqual } from 'node:util'
import { REFERENCE_FIELDS } from '../inspect/reference-rules.ts'
import type { StrictMap, StrictValue } from '../inspect/strict-yaml.ts'
import { type Segment, strictValueOf } from './frontmatter-segments.ts'
import { mendYaml } from './mend-yaml.ts'

export interface MovedFields {
  segments: Segment[]
  moved: { key: string; line: number; message: string }[]
}

/** Moves fields that the specification does not know under `metadata`, where nothing of another value is in the way. */
export function moveUnknownFields(segments: readonly Segment[]): MovedFields {
  let current = [...segments]
  const moved: MovedFields['moved'] = []
  for (const segment of segments) {
    const isTwice = segments.filter(({ key }) => key === segment.key).length > 1
    if (segment.key === null || REFERENCE_FIELDS.includes(segment.key) || isTwice) continue
    const value = strictValueOf(segment)
    const rest = current.filter((one) => one !== segment)
    const next = value === null ? null : withMetadata(rest, { ...segment, key: segment.key }, value)
    if (next === null) continue
    current = next
    moved.push({ key: segment.key, line: segment.line, message: `${segment.key} was moved under metadata` })
  }
  return { segments: current, moved }
}

/** Adds a field of one text to `metadata`; null where it has one of that name already, or is no mapping. */
export function addMetadata(segments: readonly Segment[], field: Segment & { key: string }): Segment[] | null {
  const value = strictValueOf(field)
  return value === null || metadataOf(segments)?.has(field.key) !== false ? null : withMetadata(segments, field, value)
}

/** The fields of `metadata`, none where it is absent or empty; null where it is something else or cannot be read. */
function metadataOf(segments: readonly Segment[]): StrictMap | null {
  const all = segments.filter(({ key }) => key === 'metadata')
  const [first] = all
  if (first === undefined) return new Map()
  const value = strictValueOf(first)
  if (all.length > 1 || value === null) return null
  if (value === '') return new Map()
  return value instanceof Map ? value : null
}

function withMetadata(
  segments: readonly Segment[],
  field: Segment & { key: string },
  value: StrictValue,
): Segment[] | null {
  const before = metadataOf(segments)
  if (before === null) return null
  const same = before.get(field.key)
  if (same !== undefined) return isDeepStrictEqual(same, value) ? [...segments] : null
  const place = segments.findIndex(({ key }) => key === 'metadata')
  const known = segments[place]
  const host: Segment = known ?? { key: 'metadata', text: 'metadata:\n', line: field.line }
  const indent = ' '.repeat(/^[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)/.exec(host.text)?.[1]?.length ?? 2)
  const added = { ...host, text: host.text + field.text.replace(/^(?=[^\n])/gm, indent) }
  const text = settled(added, new Map([...before, [field.key, value]]))
  if (text === null) return null
  return known === undefined ? [...segments, { ...host, text }] : segments.with(place, { ...host, text })
}

/** As it is where the reference validator reads it so, else with indentation that it takes. */
function settled(segment: Segment, expected: StrictMap): string | null {
  const candidates = [segment.text, mendYaml(segment)].filter((text) => text !== null)
  return candidates.find((text) => isDeepStrictEqual(strictValueOf({ key: segment.key, text }), expected)) ?? null
}
