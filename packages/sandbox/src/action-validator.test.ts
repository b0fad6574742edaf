import type { JsonObject, JsonValue } from '@guildhall/contracts'
import { describe, expect, it } from 'vitest'
import { ActionSchemaError, createActionValidator } from './action-validator.ts'

const validatorOf = (input: JsonObject) => createActionValidator({ input, output: { type: 'number' } })
const nest = (value: JsonValue, levels: number): JsonValue => (levels === 0 ? value : [nest(value, levels - 1)])

describe('the validation of an action', () => {
  it('finds nothing wrong with what matches', () => {
    const validator = validatorOf({ type: 'object', properties: { topic: { type: 'string', pattern: '^\\p{L}+$' } } })
    expect(validator.validateInput({ topic: 'été' })).toEqual([])
    expect(validator.validateOutput(1)).toEqual([])
  })

  it('says where and what does not match, all at once', () => {
    const validator = validatorOf({
      type: 'object',
      required: ['topic'],
      properties: {
        tone: { enum: ['dry', 'warm'] },
        list: { items: { pattern: '^a' } },
        other: { items: { pattern: '^b' } },
      },
      additionalProperties: false,
    })
    expect(validator.validateInput({ tone: 'loud', list: ['a', 'b'], other: ['a', 'b'], extra: 1 })).toEqual([
      { path: '', message: "must have required property 'topic'" },
      { path: '', message: 'must NOT have additional properties ("extra")' },
      { path: '/tone', message: 'must be equal to one of the allowed values: ["dry","warm"]' },
      { path: '/list/1', message: 'must match pattern "^a"' },
      { path: '/other/0', message: 'must match pattern "^b"' },
    ])
    expect(validator.validateOutput('1')).toEqual([{ path: '', message: 'must be number' }])
  })

  it('takes patterns in linear time that would make a backtracking engine hang', () => {
    const validator = validatorOf({ pattern: '^(a+)+$' })
    expect(validator.validateInput(`${'a'.repeat(50_000)}!`)).toHaveLength(1)
  })

  it('stops schemas that would take for ever on a small value', () => {
    const twice = { type: 'array', items: { $ref: '#/$defs/a' }, minItems: 1 }
    const validator = validatorOf({ $defs: { a: { anyOf: [twice, twice] } }, $ref: '#/$defs/a' })
    expect(validator.validateInput(nest(1, 60))).toEqual([
      { path: '', message: 'takes too long to check against its schema' },
    ])
  })

  it('answers for a schema that refers to itself without end', () => {
    expect(validatorOf({ $ref: '#' }).validateInput(1)).toEqual([
      { path: '', message: 'cannot be checked against its schema' },
    ])
  })

  it('does not mistake inherited properties for own ones', () => {
    const validator = validatorOf({
      type: 'object',
      required: ['constructor'],
      properties: { toString: { type: 'string' } },
    })
    expect(validator.validateInput({})).toEqual([{ path: '', message: "must have required property 'constructor'" }])
    expect(validator.validateInput(JSON.parse('{"constructor":1,"__proto__":{"toString":1}}'))).toEqual([])
  })

  it.each<[string, JsonObject, RegExp]>([
    ['a remote reference', { $ref: 'https://example.com/schema.json' }, /can't resolve reference/],
    ['a look-ahead', { pattern: '(?=a)b' }, /unsupported/],
    ['an unknown type', { properties: { a: { type: 'banana' } } }, /JSON Schema at \/properties\/a\/type/],
    ['$async', { $async: true }, /\$async: is not a keyword/],
    [
      'a keyword of an older draft',
      { items: { dependencies: { a: ['b'] } } },
      /\/items\/dependencies: .*dependentRequired/,
    ],
    ['a property that is no schema', { properties: { a: 3 } }, /\/properties\/a: must be an object/],
    ['required that is no list of names', { anyOf: [{}, { required: [1] }] }, /\/anyOf\/1\/required/],
    ['a schema that is too deep', JSON.parse(`${'{"items":'.repeat(80)}{}${'}'.repeat(80)}`), /nested deeper/],
    ['a schema that is too large', { enum: ['x'.repeat(300_000)] }, /larger than/],
  ])('refuses %s', (_what, schema, message) => {
    expect(() => validatorOf(schema)).toThrow(ActionSchemaError)
    expect(() => validatorOf(schema)).toThrow(message)
  })
})
