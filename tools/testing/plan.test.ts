import { expect, test } from 'vitest'
import { planOf, steps } from './plan.ts'

test('without parameters every step runs, in order', () => {
  expect(planOf([])).toEqual({ steps, patterns: [] })
})

test('patterns run the unit step alone', () => {
  expect(planOf(['packages/sdk', 'names'])).toEqual({ steps: ['unit'], patterns: ['packages/sdk', 'names'] })
})

test('--only chooses a step, with what it stands on, and may be narrowed', () => {
  expect(planOf(['--only', 'postgres', 'jobs'])).toEqual({ steps: ['postgres'], patterns: ['jobs'] })
  expect(planOf(['--only', 'browser'])).toEqual({ steps: ['web build', 'browser'], patterns: [] })
})

test('what cannot be understood is answered with the usage', () => {
  for (const parameters of [
    ['--only'],
    ['--only', 'check'],
    ['--only', 'constructor'],
    ['--watch'],
    ['a', '-t'],
    ['--only', 'unit', '--ui'],
  ])
    expect(planOf(parameters)).toContain('use: npm test')
})
