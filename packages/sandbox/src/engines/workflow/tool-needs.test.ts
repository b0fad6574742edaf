import { retryableErrors, toolNeeds } from '@guildhall/contracts'
import { expect, test } from 'vitest'
import { toolErrorTypes } from '../../run.ts'
import { createStandardTools } from '../../tools/standard-tools.ts'

test('what packages are judged by is what the tools need; a new tool takes its place in tool-needs.ts', () => {
  const needs = createStandardTools().map(({ name, permission, alsoNeeds }) => [name, [permission, ...alsoNeeds]])
  expect(toolNeeds).toEqual(Object.fromEntries(needs))
})

test('every error that a workflow may try again after is one that tools have', () => {
  expect(toolErrorTypes).toEqual(expect.arrayContaining([...retryableErrors]))
})
