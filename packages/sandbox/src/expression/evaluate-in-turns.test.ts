import type { JsonValue } from '@guildhall/contracts'
import { parseExpression } from '@guildhall/skill-format/workflow'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agreedExpression, anyExpression, anyValue } from '../../test/expressions.ts'
import { evaluate } from './evaluate.ts'
import { evaluateInTurns } from './evaluate-in-turns.ts'
import { EvaluationError } from './evaluation-error.ts'
import { type WorkLimits, WorkMeter } from './work-meter.ts'

const limits: WorkLimits = {
  unitsPerPiece: 100_000,
  unitsInAll: 1_000_000,
  words: { piece: 'a piece', all: 'all pieces' },
}

function sceneOf(root: JsonValue, signal = new AbortController().signal) {
  return { root, variables: new Map(), meter: new WorkMeter(limits), signal }
}

async function valueOf(text: string, on: JsonValue, signal?: AbortSignal) {
  return (await evaluateInTurns(parseExpression(text).expression, on, sceneOf(on, signal))) ?? null
}

type End = { value: unknown } | { message: string; offset: number | null }

/** Which of several faults is found first is not promised. */
const valueIn = (end: End) => ('value' in end ? [end.value] : 'none')

/** What comes of it: a value, or why there is none and where. */
async function endOf(work: () => unknown): Promise<End> {
  try {
    return { value: (await work()) ?? null }
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return { message: error.message, offset: error.offset }
  }
}

test('whatever is asked of whatever value, it gives what is given at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyExpression, agreedExpression), anyValue, async (text, any) => {
      const on: JsonValue = JSON.parse(JSON.stringify(any))
      const { expression } = parseExpression(text)
      const inTurns = await endOf(() => evaluateInTurns(expression, on, sceneOf(on)))
      const atOnce = await endOf(() => evaluate(expression, on, sceneOf(on)))
      expect(valueIn(inTurns)).toEqual(valueIn(atOnce))
    }),
    { numRuns: 1_000 },
  )
})

const rows = Array.from({ length: 30_000 }, (_, n) => ({ n, kind: n % 2 === 0 ? 'even' : 'odd', list: [n] }))

test.each([
  ["rows[?kind == 'odd'].n | length(@)", 15_000],
  ['{last: rows[-1].n, sum: sum(rows[*].n)}', { last: 29_999, sum: 449_985_000 }],
  ['[length(rows[].list[]), max(rows[*].n)]', [30_000, 29_999]],
  ['rows[::-1] | [0].n', 29_999],
])('%s is answered, with turns for others, though one piece may do less', async (text, expected) => {
  let turns = 0
  const ticking = { on: true }
  const tick = () => {
    turns += 1
    if (ticking.on) setImmediate(tick)
  }
  setImmediate(tick)
  expect(await valueOf(text, { rows })).toEqual(expected)
  ticking.on = false
  expect(turns).toBeGreaterThan(2)
})

test.each([
  ['rows[*].[$.rows[*].[n, n]]', 'a piece may do 100000 units of work at most', 15],
  ['rows | sort([*].kind)', 'a piece may do 100000 units of work at most', 7],
  [Array(10).fill('$.rows[*].[n, n]').join(' | '), 'all pieces may do 1000000 units of work at most', 158],
])('%.50s ends with the name of the limit and its place', async (text, message, offset) => {
  expect(await endOf(() => valueOf(text, { rows }))).toEqual({ message, offset })
})

test('whoever aborts is heard at the next pause', async () => {
  const stopping = new AbortController()
  setImmediate(() => stopping.abort(new Error('enough')))
  await expect(valueOf('rows[*].[n, kind, list]', { rows }, stopping.signal)).rejects.toThrow('enough')
})
