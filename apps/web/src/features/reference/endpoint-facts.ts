import { api, API_PREFIX, type Endpoint, type ErrorCode, errorsOf } from '@guildhall/contracts'
import * as z from 'zod'

/** Something that goes into an endpoint beside its path, or comes out of it. */
export interface EndpointPart {
  name: 'Query' | 'Body' | 'Reply'
  /** In words or as the names of its fields; those that may be left out end in `?`. */
  content: string
}

/** An endpoint as the reference shows it. */
export interface EndpointFacts {
  name: string
  method: string
  /** With the prefix of the API. */
  path: string
  summary: string
  /** Who may call it, and with which scope of an API key, in words. */
  admission: string
  status: number
  parts: EndpointPart[]
  errors: ErrorCode[]
}

/** What is read of a JSON Schema. */
const Shape = z.object({
  type: z.unknown().optional(),
  $ref: z.string().optional(),
  $defs: z.record(z.string(), z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
})

const who: Record<Endpoint['access'], string> = {
  public: 'Everybody',
  user: 'Whoever is signed in',
  admin: 'Administrators',
}

function fieldsOf(schema: unknown, definitions: Record<string, unknown>): string {
  const shape = Shape.parse(schema)
  const definition = shape.$ref && definitions[shape.$ref.replace('#/$defs/', '')]
  if (definition) return fieldsOf(definition, definitions)
  const choices = shape.anyOf ?? shape.oneOf
  if (choices) return [...new Set(choices.map((one) => fieldsOf(one, definitions)))].join(' or ')
  const fields = Object.keys(shape.properties ?? {})
  const named = fields.map((field) => (shape.required.includes(field) ? field : `${field}?`))
  return fields.length > 0 ? `{ ${named.join(', ')} }` : String(shape.type)
}

/** The fields of what a schema takes or gives; null where it is nothing. */
function contentOf(schema: z.ZodType, io: 'input' | 'output'): string | null {
  if (schema.safeParse(undefined).success && schema instanceof z.ZodOptional) return null
  const shape = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return fieldsOf(shape, shape.$defs ?? {})
}

function partsOf({ query, body, bodyKind, reply, replyKind }: Endpoint): EndpointPart[] {
  const events = `server-sent events, each ${contentOf(reply, 'output')}`
  const replies = { json: contentOf(reply, 'output'), bytes: 'the bytes of a file', events, empty: null }
  const bodies = { json: contentOf(body, 'input'), bytes: 'the bytes of a file', none: null }
  const parts = [
    { name: 'Query', content: contentOf(query, 'input') },
    { name: 'Body', content: bodies[bodyKind] },
    { name: 'Reply', content: replies[replyKind] },
  ] as const
  return parts.flatMap(({ name, content }) => (content === null ? [] : [{ name, content }]))
}

function factsOf(name: string, endpoint: Endpoint): EndpointFacts {
  return {
    name,
    method: endpoint.method,
    path: `${API_PREFIX}${endpoint.path}`,
    summary: endpoint.summary,
    admission: `${who[endpoint.access]}; a key needs the scope ${endpoint.scope}`,
    status: endpoint.status,
    parts: partsOf(endpoint),
    errors: errorsOf(endpoint),
  }
}

export interface ApiArea {
  area: string
  endpoints: EndpointFacts[]
}

let areas: ApiArea[] | undefined

/** Every endpoint of the contracts, by area. They are part of the build, so they are described once and then kept. */
export function apiAreas(): ApiArea[] {
  areas ??= describedAreas()
  return areas
}

function describedAreas(): ApiArea[] {
  return Object.entries(api).map(([area, endpoints]) => ({
    area,
    endpoints: Object.entries<Endpoint>(endpoints).map(([name, endpoint]) => factsOf(name, endpoint)),
  }))
}
