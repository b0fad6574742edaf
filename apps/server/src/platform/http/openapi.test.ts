import { api, API_PREFIX, type Endpoint, errorsOf, errorTable } from '@guildhall/contracts'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { openApiDocument } from './openapi.ts'

const Schema = z.record(z.string(), z.unknown())
const Media = z.record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), z.strictObject({ schema: Schema }))
const Parameter = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  schema: Schema,
  description: z.string().optional(),
})
const Operation = z.strictObject({
  operationId: z.string().regex(/^\w+\.\w+$/),
  tags: z.array(z.string()).length(1),
  summary: z.string().min(3),
  parameters: z.array(Parameter),
  requestBody: z.strictObject({ required: z.literal(true), content: Media }).optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.strictObject({ description: z.string().min(1), content: Media.optional() }),
  ),
  security: z.array(z.record(z.string(), z.array(z.string()))).min(1),
  'x-access': z.enum(['public', 'user', 'admin']),
  'x-scope': z.string(),
})
/** The parts of OpenAPI 3.1 that we use; strict, so that a misspelt field is found. https://spec.openapis.org/oas/v3.1.1 */
const Document = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d$/),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), Operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), Schema),
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.enum(['http', 'apiKey']) })),
  }),
})

const text = JSON.stringify(openApiDocument('1.2.3'))
const parsed = Document.safeParse(JSON.parse(text))
const document = parsed.data ?? Document.parse(JSON.parse(text))
const endpoints = Object.entries(api).flatMap(([area, ones]) =>
  Object.entries<Endpoint>(ones).map(([name, endpoint]) => [`${area}.${name}`, endpoint] as const),
)

function operationOf(endpoint: Endpoint) {
  const method = endpoint.method.toLowerCase() as 'get'
  const operation = document.paths[API_PREFIX + endpoint.path]?.[method]
  if (!operation) throw new Error(`there is no ${endpoint.method} ${endpoint.path}`)
  return operation
}

test('the document is OpenAPI 3.1', () => {
  expect(parsed.error?.issues ?? []).toEqual([])
  expect(document.info.version).toBe('1.2.3')
})

test('every reference leads somewhere', () => {
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? '')
  expect(references.length).toBeGreaterThan(50)
  const known = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`))
  expect([...new Set(references)].filter((reference) => !known.has(reference))).toEqual([])
})

test('operations have names of their own', () => {
  const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one?.operationId))
  expect(ids).toHaveLength(endpoints.length)
  expect(new Set(ids).size).toBe(ids.length)
})

describe.each(endpoints)('%s', (name, endpoint) => {
  test('is there, with the parameters of its path and every status that it declares', () => {
    const operation = operationOf(endpoint)
    expect(operation.operationId).toBe(name)
    const inPath = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter ?? '')
    const described = operation.parameters.filter((parameter) => parameter.in === 'path')
    expect(described.map((parameter) => parameter.name).sort()).toEqual(inPath.sort())
    expect(described.every((parameter) => parameter.required)).toBe(true)
    const statuses = [endpoint.status, ...errorsOf(endpoint).map((code) => errorTable[code].status)]
    expect(Object.keys(operation.responses).sort()).toEqual([...new Set(statuses.map(String))].sort())
    expect(operation.requestBody !== undefined).toBe(endpoint.bodyKind !== 'none')
    expect(operation.parameters.some((one) => one.name === 'Idempotency-Key')).toBe(endpoint.idempotent)
    expect(operation.security.some((one) => Object.keys(one).length === 0)).toBe(endpoint.access === 'public')
  })
})
