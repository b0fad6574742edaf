import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('work on one key goes one after the other in its order, work on another does not wait', async () => {
  const inTurn = createTurns()
  const told: string[] = []
  const first = Promise.withResolvers<void>()
  const slow = inTurn('a', async () => {
    await first.promise
    told.push('first of a')
  })
  const second = inTurn('a', async () => void told.push('second of a'))
  await inTurn('b', async () => void told.push('b'))
  first.resolve()
  await Promise.all([slow, second])
  expect(told).toEqual(['b', 'first of a', 'second of a'])
})

test('what fails tells its caller and holds nobody up', async () => {
  const inTurn = createTurns()
  const failing = inTurn('a', async () => {
    throw new Error('no')
  })
  const next = inTurn('a', async () => 'done')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('done')
})
