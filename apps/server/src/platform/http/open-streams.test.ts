import { PassThrough } from 'node:stream'
import { AppError } from '@guildhall/contracts'
import { expect, test } from 'vitest'
import { createOpenStreams, MOST_OPEN_STREAMS } from './open-streams.ts'

async function closed(answer: PassThrough): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  answer.once('close', () => resolve())
  answer.destroy()
  await promise
}

test('one caller holds so many streams and no more, others are not touched, and a closed one makes room', async () => {
  const streams = createOpenStreams()
  const held = Array.from({ length: MOST_OPEN_STREAMS }, () => new PassThrough())
  for (const answer of held) streams.take('a', answer)
  expect(() => streams.take('a', new PassThrough())).toThrow(AppError)
  expect(() => streams.take('b', new PassThrough())).not.toThrow()
  for (const answer of held.slice(0, 1)) await closed(answer)
  expect(() => streams.take('a', new PassThrough())).not.toThrow()
  expect(() => streams.take('a', new PassThrough())).toThrow(AppError)
})

test('who hung up before the answer began is not counted', async () => {
  const streams = createOpenStreams()
  const gone = new PassThrough()
  await closed(gone)
  for (let i = 0; i < MOST_OPEN_STREAMS * 2; i += 1) streams.take('a', gone)
  expect(() => streams.take('a', new PassThrough())).not.toThrow()
})
