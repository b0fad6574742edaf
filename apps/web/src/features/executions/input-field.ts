import type { JsonObject, JsonValue } from '@guildhall/contracts'
import * as z from 'zod'

interface Common {
  /** What the schema calls it; without a title, its name. */
  title: string | null
  description: string | null
  initial: JsonValue | undefined
  /** What a value may look like. */
  example: JsonValue | undefined
}

export type TextField = Common & {
  kind: 'text'
  isMultiline: boolean
  minLength: number
  maxLength: number | null
  pattern: string | null
  format: string | null
}
export type NumberField = Common & {
  kind: 'number'
  isInteger: boolean
  minimum: number | null
  maximum: number | null
  /** The bounds themselves are not allowed. */
  isAboveMinimum: boolean
  isBelowMaximum: boolean
}
export type BooleanField = Common & { kind: 'boolean' }
export type ChoiceField = Common & { kind: 'choice'; values: JsonValue[] }
export type ScalarField = TextField | NumberField | ChoiceField
export type ListField = Common & { kind: 'list'; item: ScalarField; minItems: number; maxItems: number | null }
export type GroupField = Common & { kind: 'group'; members: Member[] }
/** What no form fits: written as JSON. */
export type JsonField = Common & { kind: 'json' }
export type InputField = ScalarField | BooleanField | ListField | GroupField | JsonField

export interface Member {
  name: string
  isRequired: boolean
  field: InputField
}

/** Texts that may be longer than this get several lines. */
const LINE_LENGTH = 500
const DEEPEST_GROUP = 4

const Count = z.number().int().nonnegative()
const Schema = z.looseObject({
  type: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  default: z.json().optional().catch(undefined),
  examples: z.array(z.json()).optional().catch(undefined),
  enum: z.array(z.json()).min(1).optional().catch(undefined),
  const: z.json().optional().catch(undefined),
  minLength: Count.optional().catch(undefined),
  maxLength: Count.optional().catch(undefined),
  pattern: z.string().optional().catch(undefined),
  format: z.string().optional().catch(undefined),
  minimum: z.number().optional().catch(undefined),
  maximum: z.number().optional().catch(undefined),
  exclusiveMinimum: z.number().optional().catch(undefined),
  exclusiveMaximum: z.number().optional().catch(undefined),
  minItems: Count.optional().catch(undefined),
  maxItems: Count.optional().catch(undefined),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
  required: z.array(z.string()).optional().catch(undefined),
})
type Schema = z.infer<typeof Schema>

/** Keywords whose meaning a form does not carry: such a value is written as JSON. */
const BEYOND_FORMS = ['$ref', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'patternProperties', 'prefixItems']

/** The one type of a value that is not null; empty where there are several or none. */
function typeOf(schema: Schema): string {
  if (typeof schema.type === 'string') return schema.type
  const types = schema.type?.filter((type) => type !== 'null') ?? []
  return types.length === 1 ? (types[0] ?? '') : ''
}

const MULTILINE = ['multiline', 'textarea', 'markdown']

/** A date, an address and the like are one line, however long they may be. */
const isMultiline = ({ format, maxLength = 0 }: Schema): boolean =>
  format === undefined ? maxLength > LINE_LENGTH : MULTILINE.includes(format)

function numberField(schema: Schema, common: Common, isInteger: boolean): NumberField {
  return {
    ...common,
    kind: 'number',
    isInteger,
    minimum: schema.exclusiveMinimum ?? schema.minimum ?? null,
    maximum: schema.exclusiveMaximum ?? schema.maximum ?? null,
    isAboveMinimum: schema.exclusiveMinimum !== undefined,
    isBelowMaximum: schema.exclusiveMaximum !== undefined,
  }
}

function listField(schema: Schema, common: Common): InputField {
  const item = fieldOf(schema.items, DEEPEST_GROUP)
  if (item.kind !== 'text' && item.kind !== 'number' && item.kind !== 'choice') return { ...common, kind: 'json' }
  // Items stand close together, one line each, unless their schema itself speaks of more.
  const line = item.kind === 'text' && item.format === null ? { ...item, isMultiline: false } : item
  return { ...common, kind: 'list', item: line, minItems: schema.minItems ?? 0, maxItems: schema.maxItems ?? null }
}

function groupField(schema: Schema, common: Common, depth: number): InputField {
  if (!schema.properties || depth >= DEEPEST_GROUP) return { ...common, kind: 'json' }
  const required = new Set(schema.required)
  const members = Object.entries(schema.properties).map(([name, property]) => ({
    name,
    isRequired: required.has(name),
    field: fieldOf(property, depth + 1),
  }))
  return { ...common, kind: 'group', members }
}

const textField = (schema: Schema, common: Common): TextField => ({
  ...common,
  kind: 'text',
  isMultiline: isMultiline(schema),
  minLength: schema.minLength ?? 0,
  maxLength: schema.maxLength ?? null,
  pattern: schema.pattern ?? null,
  format: schema.format ?? null,
})

type MakeField = (schema: Schema, common: Common, depth: number) => InputField

const fieldsByType = new Map<string, MakeField>([
  ['string', textField],
  ['integer', (schema, common) => numberField(schema, common, true)],
  ['number', (schema, common) => numberField(schema, common, false)],
  ['boolean', (_schema, common) => ({ ...common, kind: 'boolean' })],
  ['array', listField],
  ['object', groupField],
])

const jsonField: MakeField = (_schema, common) => ({ ...common, kind: 'json' })

/** Chooses the control for a JSON Schema. What a form cannot say becomes a JSON editor; nothing is refused. */
export function fieldOf(json: unknown, depth = 0): InputField {
  const parsed = Schema.safeParse(json)
  if (!parsed.success) return { kind: 'json', title: null, description: null, initial: undefined, example: undefined }
  const schema = parsed.data
  const { title = null, description = null, default: initial, examples } = schema
  const common: Common = { title, description, initial, example: examples?.[0] }
  if (BEYOND_FORMS.some((keyword) => keyword in schema)) return jsonField(schema, common, depth)
  const values = schema.const === undefined ? schema.enum : [schema.const]
  if (values) return { ...common, kind: 'choice', values }
  const make = fieldsByType.get(typeOf(schema)) ?? jsonField
  return make(schema, common, depth)
}

/** The members of an object, or null where the value is none. */
export function membersOf(value: JsonValue | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
}
