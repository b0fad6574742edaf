import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HostileJsonError, MAX_JSON_DEPTH } from './json-text.ts'
import { parseInTurns } from './large-json.ts'

/** What JSON.parse says of a text: the value with the order of its names, or that it is none. */
function parsed(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return 'not JSON'
  }
}

async function parsedInTurns(text: string, pieceChars: number): Promise<string> {
  try {
    return JSON.stringify(await parseInTurns(text, pieceChars))
  } catch (error) {
    if (!(error instanceof HostileJsonError)) throw error
    return 'not JSON'
  }
}

/** Names hold no backslash: V8 13.6 reads the name `"` as `\` where it has met that one at the same place of another object. */
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '[', ',', '0', 'é'), maxLength: 3 }),
  fc.constantFrom('__proto__', 'constructor', '1', '0', ''),
)

function jsonWith(chars: string[]) {
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, depthSize: 'medium' },
      fc.oneof(fc.string({ unit: fc.constantFrom(...chars) }), fc.integer(), fc.boolean()),
      fc.array(tie('value'), { maxLength: 6 }),
      fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((members) => Object.fromEntries(members)),
    ),
  })).value
}

const piece = fc.integer({ min: 1, max: 40 })
const indent = fc.constantFrom('', ' ', '\t')

describe('a long JSON text', () => {
  it('says in pieces what it says as a whole, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(
        jsonWith(['a', '"', '\\', '[', '}', ',', 'é', '\n']),
        indent,
        piece,
        async (value, space, pieceChars) => {
          const text = JSON.stringify(value, null, space)
          expect(await parsedInTurns(text, pieceChars)).toBe(parsed(text))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is JSON in pieces only where it is as a whole', async () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat({ max: 2 }),
      fc.constantFrom('', ',', '[', ']', '{', '}', '"', ':', '0', ' ', '-'),
    )
    await fc.assert(
      fc.asyncProperty(
        jsonWith(['a', '[', '}', ',', 'é']),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        piece,
        async (value, edits, pieceChars) => {
          let text = JSON.stringify(value)
          for (const [at, removed, added] of edits) {
            const place = at % (text.length + 1)
            text = text.slice(0, place) + added + text.slice(place + removed)
          }
          expect(await parsedInTurns(text, pieceChars)).toBe(parsed(text))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it.each([
    '[[1,2,3],]',
    '[,[1,2,3]]',
    '[[1,2,3],,[1,2,3]]',
    '[[1,2,3] [1,2,3]]',
    '[[1,2,3]1,2]',
    '[1[1,2,3]]',
    '[[1,2,3}]',
    '{"a":[1,2,3],}',
    '{"a" [1,2,3]}',
    '{"a":1 "b":[1,2,3]}',
    '{"a":-[1,2,3]}',
    '{[1,2,3]}',
    '{"a":[1,2,3]:1}',
    '[1,2,3]]',
    '[[1,2,3]',
    '[1,2,3] 4',
    '["a]',
    '          ',
  ])('is none: %s', async (text) => {
    expect(parsed(text)).toBe('not JSON')
    for (let pieceChars = 1; pieceChars < 8; pieceChars++)
      expect(await parsedInTurns(text, pieceChars)).toBe('not JSON')
  })

  it('keeps the last of two members of one name, and steers no prototype', async () => {
    const text = '{"a":[1,2,3,4],"b":1,"a":[5,6,7,8],"__proto__":{"x":[1,2,3,4]}}'
    const value = await parseInTurns(text, 4)
    expect(JSON.stringify(value)).toBe(parsed(text))
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(value).not.toHaveProperty('x')
  })

  it('is refused where it is nested too deep, as a short one is', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${' '.repeat(40_000)}${']'.repeat(depth)}`
    expect(await parseInTurns(nested(MAX_JSON_DEPTH))).toEqual(JSON.parse(nested(MAX_JSON_DEPTH)))
    await expect(parseInTurns(nested(MAX_JSON_DEPTH + 1))).rejects.toThrow('nested deeper than 128 levels')
  })

  it('leaves others their turn all along', async () => {
    const text = `[${'{"a":[]},'.repeat(40_000)}0]`
    let isDone = false
    const parsing = parseInTurns(text).then(() => {
      isDone = true
    })
    let turns = 0
    for (; !isDone; turns++) await nextTurn()
    await parsing
    // Two looks at each character, a piece at a time.
    expect(turns).toBeGreaterThan((1.5 * text.length) / (32 * 1024))
  })
})
