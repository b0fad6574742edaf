import { expect, test } from 'vitest'
import { createResultMemory } from './result-memory.tsx'

const facets = { total: 0, isTotalExact: true, categories: [], kinds: [], tags: [], publishers: [] }
const answers = (key: string) => ({ key, items: [], nextCursor: null, facets })

test('what was shown is recalled where the visitor came back to, and nowhere else', () => {
  const memory = createResultMemory()
  memory.keep(answers('a'))
  expect(memory.recall('a', '/here')).toBeNull()
  memory.comeBackTo('/here')
  expect(memory.recall('a', '/there')).toBeNull()
  expect(memory.recall('b', '/here')).toBeNull()
  expect(memory.recall('a', '/here')).toEqual(answers('a'))
})

test('coming back counts once, so that a new visit is answered anew', () => {
  const memory = createResultMemory()
  memory.comeBackTo('/here')
  memory.keep(answers('a'))
  expect(memory.recall('a', '/here')).toBeNull()
})

test('the oldest of many is forgotten', () => {
  const memory = createResultMemory()
  for (let index = 0; index < 9; index += 1) memory.keep(answers(`${index}`))
  memory.comeBackTo('/here')
  expect(memory.recall('0', '/here')).toBeNull()
  expect(memory.recall('1', '/here')).not.toBeNull()
})
