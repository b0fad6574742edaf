import { expect, test } from 'vitest'
import { problemWithin } from './input-problems.ts'

const problems = new Map([
  ['', 'Too much.'],
  ['lines', 'Too few.'],
  ['lines.0.price', 'Not a number.'],
  ['lines2', 'Not a list.'],
])

test('a control for JSON says all that is wrong in its value, and where', () => {
  expect(problemWithin(problems, 'lines')).toBe('Too few.\n0.price: Not a number.')
  expect(problemWithin(problems, '')).toBe(
    'Too much.\nlines: Too few.\nlines.0.price: Not a number.\nlines2: Not a list.',
  )
  expect(problemWithin(problems, 'line')).toBeUndefined()
  expect(problemWithin(new Map(), '')).toBeUndefined()
})
