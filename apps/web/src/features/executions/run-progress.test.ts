import type { ExecutionEvent } from '@guildhall/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nothingYet, withEvent } from './run-progress.ts'

const at = '2026-01-01T00:00:00.000Z'
const events: ExecutionEvent[] = [
  { seq: 1, at, kind: 'started', attempt: 1 },
  { seq: 2, at, kind: 'stream', chunk: 'lost' },
  { seq: 3, at, kind: 'started', attempt: 2 },
  { seq: 4, at, kind: 'log', level: 'info', message: 'reading' },
  { seq: 5, at, kind: 'stream', chunk: 'two ' },
  { seq: 6, at, kind: 'stream', chunk: 'words' },
  { seq: 7, at, kind: 'stream', chunk: { rows: 2 } },
  { seq: 8, at, kind: 'tool', tool: 'http.get', durationMs: 1, outcome: 'refused', detail: 'not granted' },
  { seq: 9, at, kind: 'ended', status: 'succeeded', output: { rows: 2 }, error: null, usage: null },
]

test('a run is told from its events, and a second attempt starts its output afresh', () => {
  const progress = events.reduce(withEvent, nothingYet)
  expect(progress.text).toBe('two words\n{"rows":2}\n')
  expect(progress.status).toBe('succeeded')
  expect(progress.output).toEqual({ rows: 2 })
  expect(progress.journal.map(({ seq }) => seq)).toEqual([4, 8])
})

test('events that arrive twice change nothing', () => {
  const once = events.reduce(withEvent, nothingYet)
  fc.assert(
    fc.property(fc.array(fc.nat(events.length - 1)), (repeats) => {
      const replayed = repeats.flatMap((index) => events.slice(index, index + 1)).reduce(withEvent, once)
      expect(replayed).toEqual(once)
    }),
  )
})
