import { isMap, isScalar, parseDocument } from 'yaml'
import type { ConformanceLevel, Finding } from '@guildhall/contracts'
import { decodeUtf8, type PackageFiles, skillMdPath } from '../package-files.ts'
import { portableFindings } from './portable-rules.ts'
import { type ReferenceError, referenceErrors, strip } from './reference-rules.ts'
import { splitAsReference, splitByLines, withPlainLineEnds } from './split-frontmatter.ts'
import { parseStrictYaml, type StrictMap, type StrictValue } from './strict-yaml.ts'
import { yamlDanger } from './yaml-tokens.ts'

/** What SKILL.md alone tells. */
export interface SkillMd {
  level: ConformanceLevel
  /** As the reference validator prints them. */
  specErrors: string[]
  findings: Finding[]
  /** Null where nothing could be read. */
  fields: StrictMap | null
  /** Line in the file of each top-level key. */
  lines: ReadonlyMap<string, number>
  body: string
}

/** Reads and judges SKILL.md on the three levels of SKILL-PACKAGE.md. Never throws. */
export function readSkillMd(files: PackageFiles, directoryName: string | undefined): SkillMd {
  const path = skillMdPath(files)
  const bytes = path === null ? undefined : files.get(path)
  if (path === null || bytes === undefined) {
    const remedy = 'Add a SKILL.md that begins with a frontmatter of name and description.'
    return unreadable({ rule: 'spec.missing', message: 'Missing required file: SKILL.md', key: null, remedy }, null)
  }
  const decoded = decodeUtf8(bytes)
  if (decoded === null) {
    const message = `${path} is not valid UTF-8`
    return unreadable({ rule: 'spec.encoding', message, key: null, remedy: 'Save the file as UTF-8.' }, path)
  }
  const text = withPlainLineEnds(decoded)
  const verdict = judge(text, directoryName)
  if (verdict.status === 'refused') return lenient(text, path, verdict)
  const specFindings = verdict.errors.map((error) => toFinding(error, path, verdict.lines))
  const portable = portableFindings({ ...verdict, text, path })
  const isSpec = verdict.errors.length === 0
  return {
    level: isSpec ? (portable.length === 0 ? 'portable' : 'spec') : isLoadable(verdict.fields) ? 'loadable' : 'none',
    specErrors: verdict.errors.map((error) => error.message),
    findings: [...specFindings, ...portable],
    fields: verdict.fields,
    lines: verdict.lines,
    body: verdict.body.trim(),
  }
}

type Verdict =
  | {
      status: 'read'
      fields: StrictMap
      lines: ReadonlyMap<string, number>
      errors: ReferenceError[]
      body: string
      isCleanlyClosed: boolean
    }
  | { status: 'refused'; error: ReferenceError; line: number | null }

function judge(text: string, directoryName: string | undefined): Verdict {
  const refuse = (rule: string, message: string, more: { remedy: string; line: number | null }): Verdict => ({
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
  const errors = referenceErrors(yaml.value, directoryName)
  const { body, isCleanlyClosed } = split
  return { status: 'read', fields: yaml.value, lines: yaml.lines, errors, body, isCleanlyClosed }
}

/** The reference refuses the frontmatter as a whole; ordinary YAML readers may still make something of it. */
function lenient(text: string, path: string, verdict: Extract<Verdict, { status: 'refused' }>): SkillMd {
  const finding = { ...toFinding(verdict.error, path, new Map()), line: verdict.line }
  const split = splitByLines(text)
  const fields = split === null ? null : parseOrdinaryYaml(split.frontmatter)
  return {
    level: fields !== null && isLoadable(fields) ? 'loadable' : 'none',
    specErrors: [verdict.error.message],
    findings: [finding],
    fields,
    lines: new Map(),
    body: (split?.body ?? text).trim(),
  }
}

function parseOrdinaryYaml(source: string): StrictMap | null {
  if (yamlDanger(source) !== null) return null
  try {
    const document = parseDocument(source, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
    if (document.errors.length > 0 || !isMap(document.contents)) return null
    const fields: StrictMap = new Map()
    for (const { key, value } of document.contents.items) {
      if (isScalar(key)) fields.set(scalarText(key.value), simplify(value))
    }
    return fields
  } catch {
    // Unresolved aliases and bottomless nesting end here: no client could load them.
    return null
  }
}

function simplify(value: unknown): StrictValue {
  if (isMap(value)) {
    const entries = value.items.map(({ key, value: inner }): [string, StrictValue] => [
      isScalar(key) ? scalarText(key.value) : '',
      isScalar(inner) ? scalarText(inner.value) : '',
    ])
    return new Map(entries)
  }
  return isScalar(value) ? scalarText(value.value) : ''
}

/** Texts as they are, numbers and booleans as people write them, and nothing for anything else. */
function scalarText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? `${value}` : ''
}

function isLoadable(fields: StrictMap): boolean {
  return ['name', 'description'].every((key) => {
    const value = fields.get(key)
    return typeof value === 'string' && strip(value) !== ''
  })
}

function unreadable(error: ReferenceError, path: string | null): SkillMd {
  const finding = toFinding(error, path, new Map())
  return { level: 'none', specErrors: [error.message], findings: [finding], fields: null, lines: new Map(), body: '' }
}

function toFinding(error: ReferenceError, path: string | null, lines: ReadonlyMap<string, number>): Finding {
  const line = path === null ? null : ((error.key === null ? undefined : lines.get(error.key)) ?? 1)
  const message = error.message.length > 2000 ? `${error.message.slice(0, 1999)}…` : error.message
  return { rule: error.rule, severity: 'error', message, file: path, line, remedy: error.remedy }
}
