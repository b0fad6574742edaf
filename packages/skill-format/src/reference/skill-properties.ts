import { strip } from '../inspect/reference-rules.ts'
import { withPlainLineEnds } from '../inspect/split-frontmatter.ts'
import { readStrictFrontmatter } from '../inspect/strict-frontmatter.ts'
import type { StrictMap, StrictValue } from '../inspect/strict-yaml.ts'
import { decodeUtf8, type PackageFiles, skillMdPath } from '../package-files.ts'
import { pythonStr } from './python-text.ts'

/** What the reference takes from a SKILL.md, in the order in which it prints it; or its one sentence of refusal. */
export type SkillProperties =
  | { status: 'read'; name: string; description: string; fields: StrictMap }
  | { status: 'refused'; message: string }

/**
 * The properties of a skill as the reference reads them: no judgement but that name and description are texts. Never throws.
 * `directory` is how the folder is called in the refusal where there is no SKILL.md.
 */
export function skillProperties(files: PackageFiles, directory: string): SkillProperties {
  const path = skillMdPath(files)
  const bytes = path === null ? undefined : files.get(path)
  if (path === null || bytes === undefined) return refused(`SKILL.md not found in ${directory}`)
  const text = decodeUtf8(bytes)
  // The reference ends in a stack trace here.
  if (text === null) return refused(`${path} is not valid UTF-8`)
  const read = readStrictFrontmatter(withPlainLineEnds(text))
  if (read.status === 'refused') return refused(read.error.message)
  const missing = ['name', 'description'].find((key) => !read.fields.has(key))
  if (missing !== undefined) return refused(`Missing required field in frontmatter: ${missing}`)
  const name = textOf(read.fields.get('name'))
  const description = textOf(read.fields.get('description'))
  if (name === null) return refused("Field 'name' must be a non-empty string")
  if (description === null) return refused("Field 'description' must be a non-empty string")
  return { status: 'read', name, description, fields: printedFields(read.fields, { name, description }) }
}

function refused(message: string): SkillProperties {
  return { status: 'refused', message }
}

function textOf(value: StrictValue | undefined): string | null {
  const text = typeof value === 'string' ? strip(value) : ''
  return text === '' ? null : text
}

/** Only known fields, in a fixed order; the values of `metadata` become texts, and an empty `metadata` is left out. */
function printedFields(fields: StrictMap, texts: { name: string; description: string }): StrictMap {
  const printed: StrictMap = new Map(Object.entries(texts))
  for (const key of ['license', 'compatibility', 'allowed-tools']) {
    const value = fields.get(key)
    if (value !== undefined) printed.set(key, value)
  }
  const metadata = fields.get('metadata')
  if (metadata instanceof Map)
    printed.set('metadata', new Map([...metadata].map(([key, value]) => [key, pythonStr(value)])))
  else if (metadata !== undefined && metadata.length > 0) printed.set('metadata', metadata)
  return printed
}
