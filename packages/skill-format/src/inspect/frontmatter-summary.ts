import { Category, type Finding, Semver } from '@guildhall/contracts'
import { splitDependency } from '../dependencies/dependency-text.ts'
import { dependencyFindings } from './dependency-findings.ts'
import { type Place, warningFinding } from './findings.ts'
import { strip } from './reference-rules.ts'
import type { StrictMap } from './strict-yaml.ts'

/** What the free `metadata` map of an instructions skill says to the registry. */
export interface FrontmatterMetadata {
  version: string | null
  displayName: string | null
  category: Category | null
  tags: string[]
  /** Range by full name. */
  dependencies: Record<string, string>
  findings: Finding[]
}

const MAX_TAGS = 16
const MAX_TAG_CHARACTERS = 32
const MAX_DISPLAY_NAME_CHARACTERS = 100

/**
 * Reads `version`, `display-name`, `category` and `tags` (comma separated); what does not fit is left out with a warning. A fault
 * in `dependencies` is an error, because the skill would miss something.
 */
export function readMetadata(fields: StrictMap | null, file: string, line: number | null): FrontmatterMetadata {
  const metadata = fields?.get('metadata')
  const textOf = (key: string): string | null => {
    const value = metadata instanceof Map ? metadata.get(key) : undefined
    return typeof value === 'string' && strip(value) !== '' ? strip(value) : null
  }
  const findings: Finding[] = []
  const leaveOut = (key: string, message: string, remedy: string): null => {
    findings.push({ ...warningFinding(`metadata.${key}`, { file }, { message, remedy }), line })
    return null
  }
  const keep = <T>(key: string, read: (text: string) => T | null, expected: string): T | null => {
    const text = textOf(key)
    if (text === null) return null
    return (
      read(text) ?? leaveOut(key, `metadata ${key}: ${text.slice(0, 100)} is not ${expected}`, `Write ${expected}.`)
    )
  }
  const semver = keep('version', (text) => Semver.safeParse(text).data ?? null, 'a semantic version such as 1.2.3')
  const category = keep(
    'category',
    (text) => Category.safeParse(text.toLowerCase()).data ?? null,
    `one of ${Category.options.join(', ')}`,
  )
  const displayName = keep(
    'display-name',
    (text) => (text.length <= MAX_DISPLAY_NAME_CHARACTERS ? text : null),
    `a text of at most ${MAX_DISPLAY_NAME_CHARACTERS} characters`,
  )
  const tags = readTags(textOf('tags') ?? '')
  if (tags.isCut)
    leaveOut(
      'tags',
      'Some tags were left out',
      `Write at most ${MAX_TAGS} tags of at most ${MAX_TAG_CHARACTERS} characters.`,
    )
  const { dependencies, ...found } = readDependencies(textOf('dependencies') ?? '', { file })
  findings.push(...found.findings.map((finding) => ({ ...finding, line })))
  return { version: semver, displayName, category, tags: tags.tags, dependencies, findings }
}

interface FrontmatterDependencies {
  dependencies: Record<string, string>
  findings: Finding[]
}

/**
 * Space-separated `@publisher/name@range`. The field is free, and many skills name packages of other systems there: a text
 * without any @publisher/name is not for us.
 */
function readDependencies(text: string, place: Place): FrontmatterDependencies {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  if (words.length === 0) return { dependencies: {}, findings: [] }
  if (!words.some((word) => /^@[^/]+\//.test(word))) {
    const message = `metadata dependencies: ${text.slice(0, 100)} names no skill`
    const remedy = 'To depend on skills, write @publisher/name@range, separated by spaces.'
    return { dependencies: {}, findings: [warningFinding('metadata.dependencies', place, { message, remedy })] }
  }
  const entries = words.map(splitDependency)
  const findings = dependencyFindings(entries, {
    rule: 'metadata.dependency',
    label: 'metadata dependencies',
    placeOf: () => place,
  })
  return { dependencies: findings.length > 0 ? {} : Object.fromEntries(entries), findings }
}

function readTags(text: string): { tags: string[]; isCut: boolean } {
  const wanted = [...new Set(text.split(',').map(strip))].filter((tag) => tag !== '')
  const tags = wanted.filter((tag) => tag.length <= MAX_TAG_CHARACTERS).slice(0, MAX_TAGS)
  return { tags, isCut: tags.length < wanted.length }
}
