import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonValues } from '../../../test/json-values.ts'
import { toolsWith } from '../../../test/tool-calls.ts'

const json = () => toolsWith({ granted: { tools: ['json.parse', 'json.stringify', 'json.validate'] } })

describe('json.parse and json.stringify', () => {
  it('are each other reversed', async () => {
    const call = json()
    await fc.assert(
      fc.asyncProperty(jsonValues, fc.integer({ min: 0, max: 8 }), fc.boolean(), async (value, indent, sortKeys) => {
        const written = await call('json.stringify', { value, indent, sortKeys })
        const read = await call('json.parse', { text: written.success ? written.data : null })
        expect(read).toMatchObject({ success: true })
        expect(read.success ? read.data : null).toEqual(value)
      }),
    )
  })

  it('sort names at every level and lay out', async () => {
    const value = { b: [{ d: 1, c: 2 }], a: null }
    expect(await json()('json.stringify', { value, sortKeys: true, indent: 1 })).toMatchObject({
      data: '{\n "a": null,\n "b": [\n  {\n   "c": 2,\n   "d": 1\n  }\n ]\n}',
    })
  })

  it.each([
    ['{"a":1,}', 'not JSON'],
    ['', 'not JSON'],
    [`${'['.repeat(200)}${']'.repeat(200)}`, 'deeper than'],
    ['NaN', 'not JSON'],
  ])('refuse %s', async (text, message) => {
    expect(await json()('json.parse', { text })).toMatchObject({
      errorType: 'input_invalid',
      error: expect.stringContaining(message),
    })
  })

  it('refuse a text that is laid out to be enormous', async () => {
    const value = Array.from({ length: 400_000 }, () => 1)
    expect(await json()('json.stringify', { value, indent: 8 })).toMatchObject({ errorType: 'too_large' })
  })
})

describe('json.validate', () => {
  it('tells where a value does not match', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    expect(await json()('json.validate', { value: { n: 1 }, schema })).toMatchObject({
      data: { valid: true, issues: [] },
    })
    expect(await json()('json.validate', { value: { n: 'x' }, schema })).toMatchObject({
      data: { valid: false, issues: [{ path: '/n', message: 'must be integer' }] },
    })
  })

  it.each([
    [{ type: 'nonsense' }, 'not JSON Schema'],
    [{ $ref: 'https://example.com/schema.json' }, 'cannot be used'],
    [{ pattern: '(?=a)b' }, 'cannot be used'],
  ])('refuses the schema %j', async (schema, message) => {
    expect(await json()('json.validate', { value: 'x', schema })).toMatchObject({
      errorType: 'input_invalid',
      error: expect.stringContaining(message),
    })
  })

  it('does not hang on a pattern that would take for ever elsewhere', async () => {
    const value = `${'a'.repeat(50_000)}!`
    expect(await json()('json.validate', { value, schema: { pattern: '^(a+)+$' } })).toMatchObject({
      data: { valid: false },
    })
  })
})
