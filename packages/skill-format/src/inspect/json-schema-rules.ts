/** Something wrong in a JSON Schema: where, as a path of keys, and what. */
export interface SchemaFault {
  pointer: readonly (string | number)[]
  message: string
}

type Pointer = readonly (string | number)[]
type Check = (value: unknown, pointer: Pointer) => SchemaFault[]
type SchemaObject = Readonly<Record<string, unknown>>

const DRAFT = 'https://json-schema.org/draft/2020-12/schema'
const MAX_FAULTS = 20

/**
 * Checks that a value is a JSON Schema of draft 2020-12: the type of every keyword of the core, applicator, validation and
 * metadata vocabularies, patterns that compile, and references that stay inside the schema and lead somewhere. Unknown
 * keywords are allowed, as in the specification. https://json-schema.org/draft/2020-12
 */
export function jsonSchemaFaults(schema: unknown): SchemaFault[] {
  const faults = [...checkSchema(schema, []), ...referenceFaults(schema)]
  return faults.slice(0, MAX_FAULTS)
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const checkSchema: Check = (schema, pointer) => {
  if (typeof schema === 'boolean') return []
  if (!isObject(schema)) return [{ pointer, message: 'must be a schema: an object, true or false' }]
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const check = KEYWORDS.get(keyword)
    return check === undefined ? [] : check(value, [...pointer, keyword])
  })
}

function when(isRight: (value: unknown) => boolean, message: string): Check {
  return (value, pointer) => (isRight(value) ? [] : [{ pointer, message: `must be ${message}` }])
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isUnique = (values: readonly unknown[]): boolean => new Set(values).size === values.length
const isTextSet = (value: unknown): boolean => Array.isArray(value) && value.every(isText) && isUnique(value)

const text = when(isText, 'a string')
const flag = when((value) => typeof value === 'boolean', 'true or false')
const number = when(isNumber, 'a number')
const list = when(Array.isArray, 'an array')
const count = when((value) => isNumber(value) && Number.isInteger(value) && value >= 0, 'a whole number from 0')
const textSet = when(isTextSet, 'an array of different strings')
const anything: Check = () => []

const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'])
const isType = (value: unknown): boolean => isText(value) && TYPES.has(value)
const type = when(
  (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType) && isUnique(value)),
  `one or several of ${[...TYPES].join(', ')}`,
)

const pattern: Check = (value, pointer) => {
  if (!isText(value)) return [{ pointer, message: 'must be a string' }]
  return compiles(value) ? [] : [{ pointer, message: 'must be a regular expression' }]
}

function compiles(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== ''
  } catch {
    return false
  }
}

const schemaList: Check = (value, pointer) => {
  if (!Array.isArray(value) || value.length === 0)
    return [{ pointer, message: 'must be an array of at least one schema' }]
  return value.flatMap((item: unknown, index) => checkSchema(item, [...pointer, index]))
}

const items: Check = (value, pointer) =>
  Array.isArray(value)
    ? [{ pointer, message: 'must be one schema; a list of schemas is called prefixItems in draft 2020-12' }]
    : checkSchema(value, pointer)

function mapOf(check: Check, message: string): Check {
  return (value, pointer) => {
    if (!isObject(value)) return [{ pointer, message: `must be an object ${message}` }]
    return Object.entries(value).flatMap(([key, item]) => check(item, [...pointer, key]))
  }
}

const schemaMap = mapOf(checkSchema, 'of schemas')

const patternMap: Check = (value, pointer) => {
  const keys = isObject(value) ? Object.keys(value) : []
  const broken = keys.filter((key) => !compiles(key))
  return [
    ...schemaMap(value, pointer),
    ...broken.map((key) => ({ pointer: [...pointer, key], message: 'its name must be a regular expression' })),
  ]
}

const draft = when(
  (value) => isText(value) && value.replace(/#$/, '') === DRAFT,
  `${DRAFT}; other drafts are not supported`,
)
const anchor = when((value) => isText(value) && /^[A-Za-z_][-A-Za-z0-9._]*$/.test(value), 'a plain name')
const positive = when((value) => isNumber(value) && value > 0, 'a number above 0')

const KEYWORDS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['$schema', draft],
  ['$id', when((value) => isText(value) && !value.includes('#'), 'a string without #')],
  ...keywords(anchor, '$anchor', '$dynamicAnchor'),
  ...keywords(text, '$ref', '$dynamicRef', '$comment', 'title', 'description', 'format'),
  ...keywords(text, 'contentEncoding', 'contentMediaType'),
  ...keywords(checkSchema, 'additionalProperties', 'propertyNames', 'contains', 'not', 'if', 'then', 'else'),
  ...keywords(checkSchema, 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'),
  ['items', items],
  ...keywords(schemaList, 'allOf', 'anyOf', 'oneOf', 'prefixItems'),
  ...keywords(schemaMap, 'properties', '$defs', 'definitions', 'dependentSchemas'),
  ['patternProperties', patternMap],
  ['type', type],
  ...keywords(list, 'enum', 'examples'),
  ...keywords(anything, 'const', 'default'),
  ...keywords(number, 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'),
  ['multipleOf', positive],
  ...keywords(count, 'minLength', 'maxLength', 'minItems', 'maxItems', 'minContains', 'maxContains'),
  ...keywords(count, 'minProperties', 'maxProperties'),
  ['pattern', pattern],
  ['required', textSet],
  ['dependentRequired', mapOf(textSet, 'of arrays of different strings')],
  ...keywords(flag, 'uniqueItems', 'deprecated', 'readOnly', 'writeOnly'),
])

function keywords(check: Check, ...names: readonly string[]): [string, Check][] {
  return names.map((name) => [name, check])
}

/** A reference may only point into its own schema: nothing is fetched while a skill runs. */
function referenceFaults(root: unknown): SchemaFault[] {
  const anchors = new Set<string>()
  const references: { target: string; pointer: Pointer }[] = []
  const walk = (value: unknown, pointer: Pointer): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...pointer, index])
    if (!isObject(value)) return
    for (const [key, item] of Object.entries(value)) {
      if ((key === '$anchor' || key === '$dynamicAnchor') && isText(item)) anchors.add(item)
      if ((key === '$ref' || key === '$dynamicRef') && isText(item))
        references.push({ target: item, pointer: [...pointer, key] })
      // Data, not schemas: what looks like a reference in there is none.
      if (!['const', 'enum', 'default', 'examples'].includes(key)) walk(item, [...pointer, key])
    }
  }
  walk(root, [])
  return references.flatMap(({ target, pointer }) => {
    const fault = referenceFault(root, anchors, target)
    return fault === null ? [] : [{ pointer, message: fault }]
  })
}

function referenceFault(root: unknown, anchors: ReadonlySet<string>, target: string): string | null {
  if (!target.startsWith('#')) return 'must begin with #: references may only point into the same schema'
  const fragment = target.slice(1)
  if (fragment === '' || anchors.has(fragment)) return null
  if (!fragment.startsWith('/')) return `points to ${target}, which is not there`
  let value: unknown = root
  for (const raw of fragment.slice(1).split('/')) {
    const key = decodeFragment(raw).replaceAll('~1', '/').replaceAll('~0', '~')
    value = childOf(value, key)
    if (value === undefined) return `points to ${target}, which is not there`
  }
  return null
}

function childOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function decodeFragment(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
