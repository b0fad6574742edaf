import { compareUtf8 } from '../package-files.ts'
import type { StrictMap, StrictValue } from './strict-yaml.ts'

/** One line that the reference validator prints, and what we know about it besides. */
export interface ReferenceError {
  rule: string
  message: string
  /** The frontmatter key that it is about. */
  key: string | null
  remedy: string
}

const MAX_NAME = 64
/** Of a description, in code points. */
export const MAX_DESCRIPTION = 1024
const MAX_COMPATIBILITY = 500
/** The keys that the specification knows. */
export const REFERENCE_FIELDS: readonly string[] = [
  'allowed-tools',
  'compatibility',
  'description',
  'license',
  'metadata',
  'name',
]

/**
 * The rules of the Agent Skills reference validator for a parsed frontmatter, with its messages, in its order. Without a
 * directory name the check against it is left out.
 */
export function referenceErrors(fields: StrictMap, directoryName: string | undefined): ReferenceError[] {
  return [
    ...unexpectedFields(fields),
    ...nameErrors(fields.get('name'), directoryName),
    ...descriptionErrors(fields.get('description')),
    ...compatibilityErrors(fields.get('compatibility')),
  ]
}

function unexpectedFields(fields: StrictMap): ReferenceError[] {
  const extra = [...fields.keys()].filter((key) => !REFERENCE_FIELDS.includes(key)).sort(compareUtf8)
  if (extra.length === 0) return []
  const allowed = REFERENCE_FIELDS.map((field) => `'${field}'`).join(', ')
  const message = `Unexpected fields in frontmatter: ${extra.join(', ')}. Only [${allowed}] are allowed.`
  const remedy = 'Move them under "metadata:", indented by two spaces, or delete them.'
  return [{ rule: 'spec.unexpected-field', message, key: extra[0] ?? null, remedy }]
}

function nameErrors(value: StrictValue | undefined, directoryName: string | undefined): ReferenceError[] {
  const remedy = 'Use lower-case letters and digits with single hyphens between words, such as "seo-writer".'
  const error = (rule: string, message: string): ReferenceError => ({ rule, message, key: 'name', remedy })
  if (value === undefined) return [error('spec.name-missing', 'Missing required field in frontmatter: name')]
  if (typeof value !== 'string' || strip(value) === '')
    return [error('spec.name-empty', "Field 'name' must be a non-empty string")]
  const name = strip(value).normalize('NFKC')
  const errors: ReferenceError[] = []
  const length = characters(name)
  if (length > MAX_NAME)
    errors.push(
      error('spec.name-too-long', `Skill name '${name}' exceeds ${MAX_NAME} character limit (${length} chars)`),
    )
  if (name !== name.toLowerCase()) errors.push(error('spec.name-case', `Skill name '${name}' must be lowercase`))
  if (name.startsWith('-') || name.endsWith('-'))
    errors.push(error('spec.name-hyphen', 'Skill name cannot start or end with a hyphen'))
  if (name.includes('--')) errors.push(error('spec.name-hyphens', 'Skill name cannot contain consecutive hyphens'))
  if (!/^[\p{L}\p{N}-]+$/u.test(name)) {
    const message = `Skill name '${name}' contains invalid characters. Only letters, digits, and hyphens are allowed.`
    errors.push(error('spec.name-characters', message))
  }
  if (directoryName !== undefined && directoryName.normalize('NFKC') !== name) {
    const message = `Directory name '${directoryName}' must match skill name '${name}'`
    errors.push({ ...error('spec.name-directory', message), remedy: 'Rename the folder or change the name.' })
  }
  return errors
}

function descriptionErrors(value: StrictValue | undefined): ReferenceError[] {
  const remedy = 'Say in one or two sentences what the skill does and when to use it.'
  const error = (rule: string, message: string): ReferenceError => ({ rule, message, key: 'description', remedy })
  if (value === undefined)
    return [error('spec.description-missing', 'Missing required field in frontmatter: description')]
  if (typeof value !== 'string' || strip(value) === '')
    return [error('spec.description-empty', "Field 'description' must be a non-empty string")]
  const length = characters(value)
  if (length <= MAX_DESCRIPTION) return []
  const message = `Description exceeds ${MAX_DESCRIPTION} character limit (${length} chars)`
  return [{ ...error('spec.description-too-long', message), remedy: 'Move the details into the body.' }]
}

function compatibilityErrors(value: StrictValue | undefined): ReferenceError[] {
  const error = (rule: string, message: string, remedy: string): ReferenceError[] => [
    { rule, message, key: 'compatibility', remedy },
  ]
  if (value === undefined) return []
  if (typeof value !== 'string')
    return error('spec.compatibility-type', "Field 'compatibility' must be a string", 'Write it as one line of text.')
  const length = characters(value)
  if (length <= MAX_COMPATIBILITY) return []
  const message = `Compatibility exceeds ${MAX_COMPATIBILITY} character limit (${length} chars)`
  return error('spec.compatibility-too-long', message, 'Shorten it.')
}

/** Length in code points, as Python counts. */
export function characters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** What Python's `str.strip()` takes away; JavaScript's `trim()` differs at both ends of the list. */
export function strip(text: string): string {
  const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+'
  return text.replace(new RegExp(`^${space}`), '').replace(new RegExp(`${space}$`), '')
}
