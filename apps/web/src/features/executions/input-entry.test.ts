import type { JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entryOf, freshEntry, type InputEntry, readEntry, turned } from './input-entry.ts'
import { fieldOf } from './input-field.ts'

const field = fieldOf({
  type: 'object',
  required: ['table'],
  properties: {
    table: { type: 'string' },
    missing: { type: 'array', items: { type: 'string' }, default: ['', 'n/a'] },
    header: { type: 'boolean', default: true },
  },
})

const json = (text: string): InputEntry => ({ way: 'json', text })
const read = (entry: InputEntry) => {
  const { value, problems } = readEntry(field, entry)
  return { value, problems: Object.fromEntries(problems) }
}

describe('an input written as JSON', () => {
  test('is sent exactly as it stands, whatever the form would make of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        expect(read(json(text))).toEqual({ value: JSON.parse(text), problems: {} })
      }),
    )
  })

  test.each(['', '{', '{"table": "a",}', "{'table': 1}"])('%j is not sent, and not something older either', (text) => {
    expect(read(json(text))).toEqual({ value: undefined, problems: { '': expect.stringContaining('not valid JSON') } })
  })

  test('begins with what stands in the form', () => {
    const draft = { table: 'a', missing: ['-'], header: false }
    expect(read(turned(field, { way: 'form', draft }))).toEqual({ value: draft, problems: {} })
    expect(read(turned(field, freshEntry(field))).value).toEqual({ missing: ['', 'n/a'], header: true })
  })

  test('goes back into the form; what it leaves out stands there with its default', () => {
    const draft = { table: 'a', missing: ['', 'n/a'], header: true }
    expect(turned(field, json('{"table":"a"}'))).toEqual({ way: 'form', draft })
  })

  test('stays as it is while it cannot be read', () => {
    expect(turned(field, json('{"table":'))).toEqual(json('{"table":'))
  })
})

describe('the input of an earlier run', () => {
  test('stands in the form, and what it left out with its default', () => {
    expect(entryOf(field, { table: 'a', missing: [] })).toEqual({
      way: 'form',
      draft: { table: 'a', missing: [], header: true },
    })
  })

  test.each<JsonValue>([
    { table: 'a', colour: 'blue' },
    { table: 5 },
    { table: 'a', missing: [['nested']] },
    { table: 'a', header: null },
    ['a'],
    'a',
    null,
  ])('stands there as JSON where the form cannot say it: %j', (value) => {
    expect(read(entryOf(field, value))).toEqual({ value, problems: {} })
  })

  test('is sent again as it was, but for defaults', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = JSON.parse(JSON.stringify(value))
        const entry = entryOf(field, parsed)
        // What the form adds are defaults of members that the value leaves out.
        const added = entry.way === 'form' ? { missing: ['', 'n/a'], header: true } : {}
        expect(read(entry).value).toEqual(entry.way === 'form' ? { ...added, ...parsed } : parsed)
      }),
    )
  })
})
