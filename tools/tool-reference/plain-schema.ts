import * as z from 'zod'

/** The part of JSON Schema that the schemas of tools use, without references and without what only a validator needs. */
export interface PlainSchema {
  /** Any JSON, where nothing else is said. */
  type?: string | string[] | undefined
  description?: string | undefined
  default?: unknown
  enum?: (string | number | boolean | null)[] | undefined
  const?: string | number | boolean | null | undefined
  anyOf?: PlainSchema[] | undefined
  items?: PlainSchema | undefined
  properties?: Record<string, PlainSchema> | undefined
  required?: string[] | undefined
  additionalProperties?: PlainSchema | false | undefined
}

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

const PlainSchema: z.ZodType<PlainSchema> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    enum: z.array(Scalar).optional(),
    const: Scalar.optional(),
    anyOf: z.array(PlainSchema).optional(),
    items: PlainSchema.optional(),
    properties: z.record(z.string(), PlainSchema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.literal(false), PlainSchema]).optional(),
  }),
)

type Node = Record<string, unknown>

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A recursive definition without a name of its own is `z.json()`: any value. */
function resolve(reference: string, definitions: Node): Node {
  const name = reference.replace('#/definitions/', '')
  const target = definitions[name]
  return name.startsWith('__schema') || !isNode(target) ? {} : target
}

function withoutReferences(value: unknown, definitions: Node): unknown {
  if (Array.isArray(value)) return value.map((inner) => withoutReferences(inner, definitions))
  if (!isNode(value)) return value
  const { allOf, $ref, ...rest } = value
  const only: unknown = Array.isArray(allOf) && allOf.length === 1 ? allOf[0] : undefined
  const merged = { ...(isNode(only) ? only : {}), ...($ref === undefined ? {} : { $ref }), ...rest }
  const reference = merged['$ref']
  if (typeof reference !== 'string') return mapped(merged, definitions)
  return mapped({ ...resolve(reference, definitions), ...merged, $ref: undefined }, definitions)
}

function mapped(node: Node, definitions: Node): Node {
  return Object.fromEntries(
    Object.entries(node)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [name, name === 'default' ? inner : withoutReferences(inner, definitions)]),
  )
}

/** What a schema of zod says, from the side that writes the value or from the one that reads it. */
export function plainSchema(schema: z.ZodType, io: 'input' | 'output'): PlainSchema {
  const { definitions = {}, ...root } = z.toJSONSchema(schema, { target: 'draft-7', io })
  return PlainSchema.parse(withoutReferences(root, isNode(definitions) ? definitions : {}))
}
