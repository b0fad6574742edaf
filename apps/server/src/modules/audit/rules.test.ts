import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '@guildhall/contracts'
import { breakAt, canonicalJson, chainStart, keepableJson, sealedText } from './rules.ts'

function shuffled(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(shuffled)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  )
}

const json = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)))

describe('canonical JSON', () => {
  test('says the same value, whatever order its names came in', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(value)
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value))
      }),
    )
  })

  test('sorts names and leaves no spaces', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}')
  })
})

describe('keepable facts', () => {
  test('carry no NUL and no half surrogate, and stay as they are once kept', () => {
    const hostile = fc.jsonValue({ stringUnit: 'binary' }).map((value): JsonValue => JSON.parse(JSON.stringify(value)))
    fc.assert(
      fc.property(hostile, (value) => {
        const kept = keepableJson(value)
        expect(JSON.stringify(kept)).not.toMatch(/\\u0000|\\ud[89a-f]/)
        expect(keepableJson(kept)).toEqual(kept)
      }),
    )
    expect(keepableJson(['a\0b', '\ud800', -0, { 'n\0': 1 }])).toEqual(['a\uFFFDb', '\uFFFD', 0, { 'n\uFFFD': 1 }])
  })
})

describe('the seal of an entry', () => {
  const link = {
    seq: 1,
    at: '2026-01-01T00:00:00.000Z',
    actor: 'a',
    action: 'b',
    subject: 'c',
    facts: {},
    previousHash: '',
  }

  test('covers every column but the hash itself', () => {
    const changes = {
      seq: 2,
      at: '2027-01-01T00:00:00.000Z',
      actor: 'z',
      action: 'z',
      subject: 'z',
      facts: { z: 1 },
      previousHash: 'z',
    }
    for (const [column, value] of Object.entries(changes)) {
      expect(sealedText({ ...link, [column]: value })).not.toBe(sealedText(link))
    }
    expect(sealedText({ ...link, hash: 'x' } as typeof link)).toBe(sealedText(link))
  })

  test('tells a gap, a foreign predecessor and changed content apart', () => {
    const sealed = { ...link, hash: 'h' }
    expect(breakAt(chainStart, sealed, 'h')).toBeNull()
    expect(breakAt(chainStart, { ...sealed, seq: 2 }, 'h')).toBe('entry 1 is missing')
    expect(breakAt(chainStart, { ...sealed, previousHash: 'x' }, 'h')).toBe('it does not follow the entry before it')
    expect(breakAt(chainStart, sealed, 'other')).toBe('its content was changed')
  })
})
