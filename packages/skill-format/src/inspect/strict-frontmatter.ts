import type { ReferenceError } from './reference-rules.ts'
import { splitAsReference } from './split-frontmatter.ts'
import { parseStrictYaml, type StrictMap } from './strict-yaml.ts'

/** The frontmatter as the reference validator reads it, or why it refuses it as a whole. */
export type StrictFrontmatter =
  | {
      status: 'read'
      fields: StrictMap
      lines: ReadonlyMap<string, number>
      body: string
      isCleanlyClosed: boolean
    }
  | { status: 'refused'; error: ReferenceError; line: number | null }

/** Reads SKILL.md, with plain line ends, up to where the reference begins to judge single fields. Never throws. */
export function readStrictFrontmatter(text: string): StrictFrontmatter {
  const refuse = (rule: string, message: string, more: { remedy: string; line: number | null }): StrictFrontmatter => ({
    status: 'refused',
    error: { rule, message, key: null, remedy: more.remedy },
    line: more.line,
  })
  const split = splitAsReference(text)
  if (split.status === 'not-opened') {
    const remedy =
      'Begin the file with a line of three hyphens, with nothing in front of it, not even a byte order mark.'
    return refuse('spec.frontmatter-missing', 'SKILL.md must start with YAML frontmatter (---)', { remedy, line: 1 })
  }
  if (split.status === 'not-closed') {
    const remedy = 'End the frontmatter with a line of three hyphens.'
    const message = 'SKILL.md frontmatter not properly closed with ---'
    return refuse('spec.frontmatter-open', message, { remedy, line: 1 })
  }
  const yaml = parseStrictYaml(split.frontmatter)
  if (yaml.status === 'invalid') {
    const where = yaml.line === null ? '' : ` (line ${yaml.line})`
    const remedy = 'Write one "key: text" per line and put texts with special characters in quotes.'
    const message = `Invalid YAML in frontmatter: ${yaml.message}${where}`
    return refuse('spec.yaml', message, { remedy, line: yaml.line })
  }
  if (!(yaml.value instanceof Map)) {
    const remedy = 'Write at least "name: …" and "description: …", each on its own line.'
    return refuse('spec.mapping', 'SKILL.md frontmatter must be a YAML mapping', { remedy, line: 1 })
  }
  const { body, isCleanlyClosed } = split
  return { status: 'read', fields: yaml.value, lines: yaml.lines, body, isCleanlyClosed }
}
