import * as z from 'zod'
import { api, API_PREFIX, type Endpoint, errorsOf, errorTable, Problem } from '@guildhall/contracts'

type Json = Record<string, unknown>

const asJson = (value: unknown): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {}

/** Moves the definitions of every schema to the document's components, so that each is written once. */
function createSchemas(): { of(schema: z.ZodType, io: 'input' | 'output'): Json; all: Json } {
  const all: Json = {}
  return {
    all,
    of(schema, io) {
      const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }))
      const {
        $defs,
        $schema: _dialect,
        ...rest
      } = asJson(JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/')))
      Object.assign(all, asJson($defs))
      return rest
    },
  }
}

function parametersOf(schema: Json, where: 'path' | 'query'): Json[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(asJson(schema.properties)).map(([name, value]) => {
    const { description, ...rest } = asJson(value)
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      schema: rest,
      ...(description ? { description } : {}),
    }
  })
}

function repliesOf(endpoint: Endpoint, reply: Json): Json {
  const media = { json: 'application/json', bytes: 'application/octet-stream', events: 'text/event-stream', empty: '' }[
    endpoint.replyKind
  ]
  const schema = endpoint.replyKind === 'bytes' ? { type: 'string', format: 'binary' } : reply
  const success = { description: 'Success', ...(media ? { content: { [media]: { schema } } } : {}) }
  const byStatus = Map.groupBy(errorsOf(endpoint), (code) => String(errorTable[code].status))
  const problems = [...byStatus].map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `${code}: ${errorTable[code].title}`).join('; '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ])
  return { [endpoint.status]: success, ...Object.fromEntries(problems) }
}

function requestBodyOf(endpoint: Endpoint, schema: Json): Json {
  if (endpoint.bodyKind === 'none') return {}
  const content =
    endpoint.bodyKind === 'bytes'
      ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
      : { 'application/json': { schema } }
  return { requestBody: { required: true, content } }
}

/** The OpenAPI 3.1 document of every endpoint in the contracts. */
export function openApiDocument(version: string): Json {
  const schemas = createSchemas()
  schemas.all.Problem = schemas.of(Problem, 'output')
  const paths: Record<string, Json> = {}
  for (const [area, endpoints] of Object.entries(api)) {
    for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
      const path = API_PREFIX + endpoint.path
      const idempotency = {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        schema: { type: 'string', maxLength: 128 },
      }
      paths[path] = {
        ...paths[path],
        [endpoint.method.toLowerCase()]: {
          operationId: `${area}.${name}`,
          tags: [area],
          summary: endpoint.summary,
          parameters: [
            ...parametersOf(schemas.of(endpoint.params, 'input'), 'path'),
            ...parametersOf(schemas.of(endpoint.query, 'input'), 'query'),
            ...(endpoint.idempotent ? [idempotency] : []),
          ],
          ...requestBodyOf(endpoint, schemas.of(endpoint.body, 'input')),
          responses: repliesOf(endpoint, schemas.of(endpoint.reply, 'output')),
          security:
            endpoint.access === 'public' ? [{}, { bearer: [] }, { session: [] }] : [{ bearer: [] }, { session: [] }],
          'x-access': endpoint.access,
          'x-scope': endpoint.scope,
        },
      }
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Guildhall', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: schemas.all,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key or an access token' },
        session: { type: 'apiKey', in: 'cookie', name: 'guildhall_session' },
      },
    },
  }
}
