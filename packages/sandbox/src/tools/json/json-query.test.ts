import type { JsonValue } from '@guildhall/contracts'
import { search } from '@jmespath-community/jmespath'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agreedExpression, plainValue } from '../../../test/expressions.ts'
import { toolsWith } from '../../../test/tool-calls.ts'

const json = () => toolsWith({ granted: { tools: ['json.query'] } })

describe('json.query', () => {
  it.each([
    [
      {
        people: [
          { name: 'Ada', age: 36 },
          { name: 'Bo', age: 7 },
        ],
      },
      'people[?age > `30`].name',
      ['Ada'],
    ],
    [[3, 1, 2], 'sort(@)', [1, 2, 3]],
    [{ a: 1 }, 'b.c', null],
    [{ a: { __proto__: null } }, 'constructor.prototype', null],
    [{ a: 1 }, '__proto__', null],
    [[1], 'length(@)', 1],
  ])('answers what %j holds at %s', async (value, expression, found) => {
    expect(await json()('json.query', { value, expression })).toMatchObject({ success: true, data: found })
  })

  it.each(['people[?', 'nothing(@)', 'sort(`1`)', '@ || '])('explains what is wrong with %s', async (expression) => {
    expect(await json()('json.query', { value: {}, expression })).toMatchObject({
      errorType: 'input_invalid',
      error: expect.stringContaining('cannot be evaluated'),
    })
  })

  it('stops an expression that grows without end', async () => {
    const expression = `${'[@,@]|'.repeat(40)}@`
    expect(await json()('json.query', { value: 'x'.repeat(100), expression })).toMatchObject({
      errorType: expect.stringMatching(/^(too_large|timeout|tool_error)$/),
    })
    expect(await json()('json.query', { value: [], expression: `${'['.repeat(500)}` })).toMatchObject({
      errorType: 'input_invalid',
    })
  })

  it('answers what the implementation of JMESPath Community answers', async () => {
    const call = json()
    await fc.assert(
      fc.asyncProperty(agreedExpression, plainValue, async (expression, value) => {
        const data = search(value, expression) ?? null
        expect(await call('json.query', { value, expression })).toMatchObject({ success: true, data })
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['people[?age > 30].name', ['Ada']],
    ['people[?active == true].name', ['Bo']],
    ['sort(ages)', [7, 9, 10]],
    ['ages[0]-1', 8],
    ['constructor', null],
    ['people[0].toString', null],
    ['people.length', null],
    ['{x: {b: {c: `1`}}}.*.b.c', [1]],
    ['@.true', 'a member'],
    ['"true"', 'a member'],
  ])('answers %s as workflows do', async (expression, data) => {
    const people = [
      { name: 'Ada', age: 36, active: false },
      { name: 'Bo', age: 7, active: true },
    ]
    const value = { people, ages: [9, 10, 7], true: 'a member' }
    expect(await json()('json.query', { value, expression })).toMatchObject({ success: true, data })
  })

  it.each([
    ['people[?', 'the expression ends too early, at character 9'],
    ['a | nothing(@)', 'there is no function nothing(), at character 5'],
    ['list | sort(text)', 'sort() takes a list of numbers or of texts, not nothing, at character 8'],
    ['[list, text * 2]', '* takes two numbers, not a text and a number, at character 13'],
    ['1e999', '1e999 is larger than any number, at character 1'],
    ['`[1e999]`', "[1e999] is not JSON; text is written in 'single quotes', at character 1"],
    ["pad_left(text, `3000000`, 'x')", 'an expression may make texts of 2097152 characters at most, at character 1'],
    ['('.repeat(200), 'it is nested too deep, at character 101'],
    ['['.repeat(900), 'it has more than 500 parts, at character 501'],
    ['@|'.repeat(400), 'it has more than 500 parts, at character 501'],
  ])('tells what is wrong with %.40s, and where', async (expression, why) => {
    expect(await json()('json.query', { value: { list: [1], text: 'a' }, expression })).toMatchObject({
      errorType: 'input_invalid',
      error: `The expression cannot be evaluated: ${why}`,
      recoveryOptions: ['Correct the expression: it is JMESPath'],
    })
  })

  it('takes null as a value, and no value as a mistake', async () => {
    expect(await json()('json.query', { value: null, expression: 'type(@)' })).toMatchObject({ data: 'null' })
    expect(await json()('json.query', { expression: 'type(@)' })).toMatchObject({
      errorType: 'input_invalid',
      error: 'json.query was called with wrong arguments: value: is missing',
    })
  })

  it('takes no longer expression', async () => {
    expect(await json()('json.query', { value: {}, expression: 'a'.repeat(1_001) })).toMatchObject({
      errorType: 'input_invalid',
      error: expect.stringContaining('expression: '),
    })
  })

  it('has a copy of what was given as its answer', async () => {
    const list: JsonValue[] = [1, { a: 2 }]
    const answer = await json()('json.query', { value: { list }, expression: 'list' })
    expect(answer).toMatchObject({ success: true, data: list })
    expect(answer.success && answer.data).not.toBe(list)
    expect(answer.success && Array.isArray(answer.data) && answer.data[1]).not.toBe(list[1])
  })
})

const hostile = {
  list: Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 50_000),
  text: 'a'.repeat(2_000_000),
  part: `${'a'.repeat(500)}b${'a'.repeat(500)}`,
}
const onePiece = 'one function, or what is done to one element, may do 200000 units of work at most'
const wholeQuery = 'a query may do 500000 units of work at most'

describe('a query that is made to take for ever', () => {
  it.each([
    ['map(&map(&map(&1, $.list), $.list), list)', onePiece],
    ['list[*].[$.list[*].[$.list[*]]]', onePiece],
    ['list[?contains($.list, @)]', wholeQuery],
    [`list[*].[${Array(200).fill('@').join(',')}]`, wholeQuery],
    [Array(25).fill('list[*].{list: @, text: @}').join(' | $.'), wholeQuery],
    ['sort(list)', onePiece],
    ['sort_by(list, &abs(@))', onePiece],
    ['upper(text)', onePiece],
    ['reverse(text)', onePiece],
    ["split(text, '')", onePiece],
    ['find_last(text, part)', onePiece],
    ["replace(text, 'a', 'b')", onePiece],
    ['list[*].starts_with($.text, $.text)', wholeQuery],
    ['trim(text, text)', onePiece],
  ])('%.60s ends by its work, by name', async (expression, limit) => {
    const answer = await json()('json.query', { value: hostile, expression })
    expect(answer).toMatchObject({ success: false, errorType: 'too_large' })
    expect(answer).toHaveProperty('error', expect.stringMatching(/^The query is too much work: .*, at character \d+$/))
    expect(answer).toHaveProperty('error', expect.stringContaining(limit))
  })

  it('ends by the size of what it makes', async () => {
    const value = 'x'.repeat(100)
    expect(await json()('json.query', { value, expression: `${'[@,@]|'.repeat(40)}@` })).toMatchObject({
      errorType: 'too_large',
      error: 'The result cannot be taken: more than 2097152 bytes',
    })
    expect(await json()('json.query', { value, expression: `${'[@,@]|'.repeat(40)}to_string(@)` })).toMatchObject({
      errorType: 'too_large',
      error: `The query is too much work: ${onePiece}, at character 241`,
    })
  })

  it('leaves others their turns meanwhile', async () => {
    let turns = 0
    const ticking = { on: true }
    const tick = () => {
      turns += 1
      if (ticking.on) setImmediate(tick)
    }
    setImmediate(tick)
    await json()('json.query', { value: hostile, expression: 'list[*].[@, @, @, @, @, @, @, @, @]' })
    ticking.on = false
    // 500,000 units, and a pause after 25,000.
    expect(turns).toBeGreaterThan(15)
  })

  it('is left at its next pause when the run ends', async () => {
    const run = new AbortController()
    setImmediate(() => run.abort())
    const answer = await json()('json.query', { value: hostile, expression: 'list[*].[@, @]' }, run.signal)
    expect(answer).toMatchObject({ success: false, errorType: 'cancelled' })
  })
})
