import { isDeepStrictEqual } from 'node:util'
import { ActionCase, type JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonValues } from '../../test/json-values.ts'
import { failure } from '../failure.ts'
import { noUsage, type RunOutcome } from '../run.ts'
import { judgeCase } from './judge-case.ts'
import { jsonAt, jsonDifferences } from './json-differences.ts'

const anything = { input: {}, output: {} }
const answered = (output: JsonValue): RunOutcome => ({ status: 'succeeded', output, usage: noUsage })
const failed: RunOutcome = { status: 'failed', error: failure('skill_error', 'no water'), usage: noUsage }
const caseOf = (expected: unknown) => ActionCase.parse({ id: 'a', action: 'go', expect: expected })
const judged = (outcome: RunOutcome, expected: unknown) => judgeCase(outcome, caseOf(expected), anything)

describe('a case', () => {
  it('passes for exactly the output that it expects', () => {
    fc.assert(
      fc.property(jsonValues, (output) => {
        expect(judged(answered(output), { output })).toEqual([])
      }),
    )
  })

  it('names each place that differs, by a pointer, and stops at five', () => {
    const wanted = { a: 1, 'b/c': [1, { d: 'x' }], e: 2 }
    expect(judged(answered({ a: 1, 'b/c': [1, { d: 'y' }], f: null }), { output: wanted })).toEqual([
      '/b~1c/1/d should be "x", but is "y"',
      '/e should be 2, but is nothing',
      '/f should be nothing, but is null',
    ])
    expect(judged(answered([9, 9, 9, 9, 9, 9, 9]), { output: [0, 0, 0, 0, 0, 0, 0] })).toHaveLength(5)
    expect(judged(answered([]), { output: {} })).toEqual(['the output should be {}, but is []'])
  })

  it('passes only where every assertion holds', () => {
    const output = { text: 'hot tea', list: [1, { a: 2 }], count: 3 }
    const holding = [
      { path: '/text', contains: 'tea' },
      { path: '/list', contains: { a: 2 } },
      { path: '/count', equals: 3 },
      { path: '/count', schema: { type: 'integer', minimum: 3 } },
    ]
    expect(judged(answered(output), { assertions: holding })).toEqual([])
    const broken = [
      { path: '/text', contains: 'coffee' },
      { path: '/list', contains: 2 },
      { path: '/count', equals: '3' },
      { path: '/count', schema: { type: 'string' } },
      { path: '/nowhere', schema: {} },
      { path: '/nowhere', contains: 1 },
    ]
    for (const assertion of broken) expect(judged(answered(output), { assertions: [assertion] })).toHaveLength(1)
    expect(() => caseOf({ assertions: [{ path: '/text' }] })).toThrow('equals, contains, schema')
  })

  it('that expects an error fails for an output and for another error', () => {
    expect(judged(failed, { error: 'water' })).toEqual([])
    expect(judged(failed, { error: 'milk' })).toEqual(['its error should have "milk", but is "no water"'])
    expect(judged(answered(1), { error: 'water' })).toHaveLength(1)
    expect(judged(failed, { output: 1 })).toEqual(['it failed: no water (skill_error)'])
  })

  it('fails for an output that the schema of the action forbids', () => {
    const schema = { input: {}, output: { type: 'object', required: ['a'] } }
    expect(judgeCase(answered({}), caseOf({ output: {} }), schema)).toEqual([
      expect.stringContaining('action-schema.json'),
    ])
  })
})

describe('differences', () => {
  it('are none exactly where two values are equal, and each of them can be looked up', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [one, other]: JsonValue[] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))]
        const differences = jsonDifferences(one, other, 1000)
        expect(differences.length === 0).toBe(isDeepStrictEqual(one, other))
        for (const { path, expected, actual } of differences) {
          expect(jsonAt(one ?? null, path)).toEqual(expected)
          expect(jsonAt(other ?? null, path)).toEqual(actual)
          expect(expected).not.toEqual(actual)
        }
      }),
    )
  })
})
