import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Draft, draftOf, readDraft } from './input-draft.ts'
import { fieldOf } from './input-field.ts'

const top = { path: '', isRequired: true }
const read = (schema: unknown, draft: Draft) => {
  const { value, problems } = readDraft(fieldOf(schema), draft, top)
  return { value, problems: Object.fromEntries(problems) }
}

const order = {
  type: 'object',
  required: ['item', 'count'],
  properties: {
    item: { type: 'string', minLength: 2, maxLength: 10 },
    count: { type: 'integer', minimum: 1, maximum: 9, default: 1 },
    price: { type: 'number', exclusiveMinimum: 0 },
    size: { enum: ['small', 'large', 3, null], default: 'small' },
    gift: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 2 },
    address: {
      type: 'object',
      required: ['street'],
      properties: { street: { type: 'string' }, floor: { type: 'integer' } },
    },
    extra: {},
  },
}

describe('an input form', () => {
  test('starts with the defaults of the schema', () => {
    expect(draftOf(fieldOf(order))).toEqual({
      item: '',
      count: '1',
      price: '',
      size: '0',
      gift: false,
      tags: [],
      address: { street: '', floor: '' },
      extra: '',
    })
  })

  test('reads what was filled in and leaves out what was not', () => {
    const draft = {
      item: 'lamp',
      count: '2',
      price: '',
      size: '2',
      gift: true,
      tags: ['a'],
      address: { street: '', floor: '' },
      extra: '',
    }
    expect(read(order, draft)).toEqual({
      value: { item: 'lamp', count: 2, size: 3, gift: true, tags: ['a'] },
      problems: {},
    })
  })

  test('says at each control what is wrong with it', () => {
    const draft = {
      item: 'x',
      count: '9.5',
      price: '0',
      size: '7',
      tags: ['', 'b', 'c'],
      address: { street: '', floor: '1' },
      extra: '{',
    }
    expect(Object.keys(read(order, draft).problems).sort()).toEqual(
      ['address.street', 'count', 'extra', 'item', 'price', 'size', 'tags', 'tags.0'].sort(),
    )
  })

  test('an empty text in a list is sent where the schema allows it, as in a default', () => {
    const cells = { type: 'array', items: { type: 'string' }, default: ['', 'n/a'] }
    const table = { type: 'object', properties: { missing: cells } }
    expect(read(table, draftOf(fieldOf(table)))).toEqual({ value: { missing: ['', 'n/a'] }, problems: {} })
    expect(read(table, { missing: [''] })).toEqual({ value: { missing: [''] }, problems: {} })
    const codes = { type: 'array', items: { type: 'string', pattern: '^[A-Z]$' } }
    expect(read(codes, ['A', '']).problems).toEqual({ '1': 'This must match ^[A-Z]$' })
  })

  test('a list whose default was taken away is sent as an empty one', () => {
    const list = { type: 'array', items: { type: 'string' } }
    const table = { type: 'object', properties: { missing: { ...list, default: ['-'] }, tags: list } }
    expect(read(table, { missing: [], tags: [] }).value).toEqual({ missing: [] })
  })

  test.each([
    ['', 'This is needed.'],
    ['abc', 'This is not a number.'],
    ['0', 'This must be 1 or more.'],
    ['10', 'This must be 9 or less.'],
    ['1.5', 'This must be a whole number.'],
  ])('a whole number from 1 to 9 does not take %j', (text, message) => {
    expect(read({ type: 'integer', minimum: 1, maximum: 9 }, text).problems).toEqual({ '': message })
  })

  test.each([
    [{ $ref: '#/$defs/x' }],
    [{ oneOf: [{ type: 'string' }] }],
    [{ type: ['string', 'number'] }],
    [{ type: 'object' }],
    [{ type: 'array', items: { type: 'object', properties: {} } }],
    [true],
    ['nonsense'],
  ])('what no form can say is written as JSON: %j', (schema) => {
    expect(fieldOf(schema).kind).toBe('json')
    expect(read(schema, '{"a":[1]}').value).toEqual({ a: [1] })
  })

  test('a pattern of another dialect is left to the server', () => {
    expect(read({ type: 'string', pattern: '(?<!' }, 'anything')).toEqual({ value: 'anything', problems: {} })
  })

  test.each([
    [{ type: 'string', maxLength: 256 }, false],
    [{ type: 'string', maxLength: 4000 }, true],
    [{ type: 'string', format: 'textarea' }, true],
    [{ type: 'string', format: 'uri', maxLength: 4000 }, false],
  ])('a text gets several lines where it may be long, and no address is: %j', (schema, isMultiline) => {
    expect(fieldOf(schema)).toMatchObject({ kind: 'text', isMultiline })
  })

  test('the first example of the schema is at hand to be shown', () => {
    expect(fieldOf({ type: 'string', examples: ['tea', 'coffee'] }).example).toBe('tea')
    expect(fieldOf({ type: 'string', examples: 'tea' }).example).toBeUndefined()
  })

  test('schemas nested without end are cut off', () => {
    const deep = (levels: number): unknown => ({ type: 'object', properties: levels ? { next: deep(levels - 1) } : {} })
    expect(JSON.stringify(fieldOf(deep(50))).length).toBeLessThan(2000)
  })
})

test('any value of the schema survives being drawn into the form and read again', () => {
  const orders = fc.record(
    {
      item: fc.stringMatching(/^[a-z]{2,10}$/),
      count: fc.integer({ min: 1, max: 9 }),
      price: fc.double({ min: 0.001, max: 1e9, noNaN: true }),
      size: fc.constantFrom('small', 'large', 3, null),
      gift: fc.boolean(),
      tags: fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 2 }),
      address: fc.record({ street: fc.stringMatching(/^[a-z]{1,5}$/), floor: fc.integer() }),
      extra: fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json))),
    },
    { requiredKeys: ['item', 'count', 'size', 'gift'] },
  )
  fc.assert(
    fc.property(orders, (value) => {
      expect(read(order, draftOf(fieldOf(order), value))).toEqual({ value, problems: {} })
    }),
  )
})

test('a name that JavaScript treats specially is kept', () => {
  const value = JSON.parse('{"item":"lamp","count":1,"size":"small","gift":false,"extra":{"__proto__":null}}')
  expect(JSON.stringify(read(order, draftOf(fieldOf(order), value)).value)).toBe(JSON.stringify(value))
})

test('any schema at all yields a form', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (schema) => {
      const field = fieldOf(schema)
      expect(() => readDraft(field, draftOf(field), top)).not.toThrow()
    }),
  )
})
