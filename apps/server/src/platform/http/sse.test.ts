import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { eventStream, type ServerSentEvent } from './sse.ts'

afterEach(() => vi.useRealTimers())

const still = new AbortController().signal

async function* listed(...events: ServerSentEvent[]): AsyncGenerator<ServerSentEvent> {
  yield* events
}

/** A source that waits for ever, as one that follows a run does, and tells when it was ended. */
function waiting(signal: AbortSignal) {
  const ended = Promise.withResolvers<string>()
  async function* events(): AsyncGenerator<ServerSentEvent> {
    try {
      yield { id: '1', data: 'first' }
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      ended.resolve('ended')
    }
  }
  return { events: events(), ended: ended.promise }
}

test('each event is an id and one line of JSON, whatever is in it', async () => {
  const data = { text: 'two\nlines\r\nand \u2028 more', nested: [null, 1] }
  const stream = eventStream(listed({ id: '7', data }, { id: '8', data: null }), still)
  expect(await text(stream)).toBe(`retry: 1000\n\nid: 7\ndata: ${JSON.stringify(data)}\n\nid: 8\ndata: null\n\n`)
})

test('a source without events ends the stream', async () => {
  expect(await text(eventStream(listed(), still))).toBe('retry: 1000\n\n')
})

test('a source that fails breaks the stream', async () => {
  async function* failing(): AsyncGenerator<ServerSentEvent> {
    yield { id: '1', data: 1 }
    throw new Error('the database went away')
  }
  await expect(text(eventStream(failing(), still))).rejects.toThrow('the database went away')
})

test('every fifteen seconds of silence bring a comment', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const source = waiting(still)
  const chunks = eventStream(source.events, still)[Symbol.asyncIterator]()
  expect((await chunks.next()).value).toBe('retry: 1000\n\n')
  expect((await chunks.next()).value).toContain('id: 1')
  for (let beat = 0; beat < 2; beat += 1) {
    const next = chunks.next()
    await vi.advanceTimersByTimeAsync(14_999)
    expect(await Promise.race([next, Promise.resolve('silence')])).toBe('silence')
    await vi.advanceTimersByTimeAsync(1)
    expect((await next).value).toBe(': still here\n\n')
  }
})

describe('when the reader hangs up', () => {
  test('the source is ended', async () => {
    const hangUp = new AbortController()
    const source = waiting(hangUp.signal)
    const reading = text(eventStream(source.events, hangUp.signal))
    hangUp.abort()
    expect(await source.ended).toBe('ended')
    await reading
  })

  test('so it is when the stream itself is destroyed', async () => {
    const hangUp = new AbortController()
    const source = waiting(hangUp.signal)
    const stream = eventStream(source.events, hangUp.signal)
    const chunks = stream[Symbol.asyncIterator]()
    await chunks.next()
    expect((await chunks.next()).value).toContain('id: 1')
    hangUp.abort()
    stream.destroy()
    expect(await source.ended).toBe('ended')
  })
})

test('a stream of many events leaves no timer and no listener behind', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const hangUp = new AbortController()
  const add = vi.spyOn(hangUp.signal, 'addEventListener')
  const remove = vi.spyOn(hangUp.signal, 'removeEventListener')
  const events = Array.from({ length: 500 }, (_, i) => ({ id: String(i), data: i }))
  await text(eventStream(listed(...events), hangUp.signal))
  expect(vi.getTimerCount()).toBe(0)
  expect(add.mock.calls.length).toBeGreaterThan(0)
  expect(remove.mock.calls.length).toBe(add.mock.calls.length)
})
