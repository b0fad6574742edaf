import { isMap, isScalar, parseDocument } from 'yaml'
import type { ConformanceLevel, Finding } from '@guildhall/contracts'
import { decodeUtf8, type PackageFiles, skillMdPath } from '../package-files.ts'
import { portableFindings } from './portable-rules.ts'
import { type ReferenceError, referenceErrors, strip } from './reference-rules.ts'
import { splitByLines, withPlainLineEnds } from './split-frontmatter.ts'
import { readStrictFrontmatter, type StrictFrontmatter } from './strict-frontmatter.ts'
import type { StrictMap, StrictValue } from './strict-yaml.ts'
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
  const read = readStrictFrontmatter(text)
  if (read.status === 'refused') return lenient(text, path, read)
  const errors = referenceErrors(read.fields, directoryName)
  const specFindings = errors.map((error) => toFinding(error, path, read.lines))
  const portable = portableFindings({ ...read, errors, text, path })
  const isSpec = errors.length === 0
  return {
    level: isSpec ? (portable.length === 0 ? 'portable' : 'spec') : isLoadable(read.fields) ? 'loadable' : 'none',
    specErrors: errors.map((error) => error.message),
    findings: [...specFindings, ...portable],
    fields: read.fields,
    lines: read.lines,
    body: read.body.trim(),
  }
}

/** The reference refuses the frontmatter as a whole; ordinary YAML readers may still make something of it. */
function lenient(text: string, path: string, refusal: Extract<StrictFrontmatter, { status: 'refused' }>): SkillMd {
  const finding = { ...toFinding(refusal.error, path, new Map()), line: refusal.line }
  const split = splitByLines(text)
  const fields = split === null ? null : parseOrdinaryYaml(split.frontmatter)
  return {
    level: fields !== null && isLoadable(fields) ? 'loadable' : 'none',
    specErrors: [refusal.error.message],
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
