import type { JsonValue } from '@guildhall/contracts'
import { expect, it } from 'vitest'
import { answerOf } from './query-answer.ts'

it('an answer shares nothing with what was found', async () => {
  const inner = { list: [1, 'text', null] }
  const found = { inner, same: inner }
  const answer = await answerOf(found)
  expect(answer).toEqual(found)
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw new Error('an object was found')
  expect(answer).not.toBe(found)
  expect(answer.inner).not.toBe(inner)
  expect(answer.same).not.toBe(answer.inner)
})

it('a name that means something to objects stays the name of a member', async () => {
  const found: JsonValue = JSON.parse('{"__proto__": {"polluted": 1}}')
  expect(JSON.stringify(await answerOf(found))).toBe('{"__proto__":{"polluted":1}}')
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

function doubled(times: number, value: JsonValue): JsonValue {
  return times === 0 ? value : doubled(times - 1, [value, value])
}

const nested = (levels: number): JsonValue => (levels === 0 ? 1 : [nested(levels - 1)])

it.each([
  ['holds one list again and again', doubled(60, 'x'), 'more than 2097152 bytes'],
  ['is one long text', 'x'.repeat(2_097_151), 'more than 2097152 bytes'],
  ['is a long text of signs that JSON writes as six', '\u0001'.repeat(1_000_000), 'more than 2097152 bytes'],
  ['is deep', nested(500), 'nested deeper than 128 levels'],
  [
    'is an object of many members',
    Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`m${at}`, 1])),
    'more than 10000 members in one object',
  ],
])('what %s is refused by name', async (_what, found, why) => {
  await expect(answerOf(found)).rejects.toMatchObject({
    errorType: 'too_large',
    message: `The result cannot be taken: ${why}`,
  })
})

it('what is as large as it may be is given', async () => {
  const text = 'x'.repeat(2_097_140)
  expect(await answerOf(text)).toBe(text)
  expect(await answerOf(nested(100))).toEqual(nested(100))
})
