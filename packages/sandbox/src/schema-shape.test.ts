import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findShapeProblem } from './schema-shape.ts'

it('accepts no schema that the meta-schema of the draft refuses', () => {
  const meta = new Ajv2020({ strict: false, logger: false, validateFormats: false })
  const keyword = fc.constantFrom(
    'type',
    'enum',
    'items',
    'properties',
    'required',
    'anyOf',
    'minimum',
    'minLength',
    '$defs',
    '$id',
    'not',
    'title',
  )
  const leaf = fc.oneof(
    fc.constantFrom('string', 'object', ['a'], [], {}, true, -1, 1.5, null),
    fc.jsonValue({ maxDepth: 1 }),
  )
  const { schema } = fc.letrec((tie) => ({
    schema: fc.dictionary(
      keyword,
      fc.oneof({ depthSize: 'small' }, leaf, tie('schema'), fc.array(tie('schema'), { maxLength: 2 })),
      { maxKeys: 3 },
    ),
  }))
  fc.assert(
    fc.property(schema, (generated) => {
      const value = JSON.parse(JSON.stringify(generated))
      return findShapeProblem(value) !== null || meta.validateSchema(value) === true
    }),
    { numRuns: 500 },
  )
  expect(
    findShapeProblem({ type: 'object', properties: { a: { enum: [1, null] }, b: true }, 'x-order': 1, default: {} }),
  ).toBe(null)
})
