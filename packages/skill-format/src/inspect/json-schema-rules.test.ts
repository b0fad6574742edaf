import { expect, test } from 'vitest'
import { jsonSchemaFaults } from './json-schema-rules.ts'

test.each([
  [true],
  [{}],
  [{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: ['string', 'null'], 'x-own': { anything: 1 } }],
  [{ $defs: { 'a/b': { type: 'string' } }, $ref: '#/$defs/a~1b' }],
  [{ $defs: { name: { $anchor: 'here' } }, items: { $ref: '#here' }, prefixItems: [{ type: 'integer' }, false] }],
  [{ properties: { $ref: { type: 'string' }, const: { minLength: 1 } }, required: ['$ref'] }],
  [{ enum: [{ $ref: 'not a reference' }], default: { $ref: 'neither' } }],
  [{ patternProperties: { '^\\p{L}+$': { pattern: '^a{2}$' } }, dependentRequired: { a: ['b'] } }],
])('%j is a JSON Schema', (schema) => {
  expect(jsonSchemaFaults(schema)).toEqual([])
})

test.each<[unknown, string, RegExp]>([
  [null, '', /must be a schema/],
  [[], '', /must be a schema/],
  [{ type: 'text' }, 'type', /one or several of array/],
  [{ type: [] }, 'type', /one or several/],
  [{ type: ['string', 'string'] }, 'type', /one or several/],
  [{ properties: { a: { type: 'int' } } }, 'properties.a.type', /one or several/],
  [{ properties: [] }, 'properties', /an object of schemas/],
  [{ properties: { a: 'string' } }, 'properties.a', /must be a schema/],
  [{ items: [{}] }, 'items', /prefixItems/],
  [{ anyOf: [] }, 'anyOf', /at least one schema/],
  [{ allOf: [{}, 3] }, 'allOf.1', /must be a schema/],
  [{ required: ['a', 'a'] }, 'required', /different strings/],
  [{ required: true }, 'required', /different strings/],
  [{ minLength: -1 }, 'minLength', /whole number from 0/],
  [{ maxItems: 1.5 }, 'maxItems', /whole number/],
  [{ minimum: '1' }, 'minimum', /a number/],
  [{ multipleOf: 0 }, 'multipleOf', /above 0/],
  [{ uniqueItems: 1 }, 'uniqueItems', /true or false/],
  [{ enum: 'a' }, 'enum', /an array/],
  [{ pattern: '(' }, 'pattern', /regular expression/],
  [{ patternProperties: { '(': {} } }, 'patternProperties.(', /regular expression/],
  [{ $schema: 'http://json-schema.org/draft-07/schema#' }, '$schema', /other drafts/],
  [{ $ref: 'https://example.com/schema.json' }, '$ref', /must begin with #/],
  [{ $ref: '#/$defs/none' }, '$ref', /not there/],
  [{ $ref: '#none' }, '$ref', /not there/],
  [{ $ref: '#/constructor' }, '$ref', /not there/],
  [{ not: { if: { else: { title: 3 } } } }, 'not.if.else.title', /a string/],
  [{ dependentRequired: { a: 'b' } }, 'dependentRequired.a', /different strings/],
])('%j has a fault at "%s"', (schema, where, message) => {
  const [fault] = jsonSchemaFaults(schema)
  expect({ where: fault?.pointer.join('.'), message: fault?.message }).toEqual({
    where,
    message: expect.stringMatching(message),
  })
})
