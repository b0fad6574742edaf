import { Readable } from 'node:stream'

export interface ServerSentEvent {
  id: string
  data: unknown
}

const HEARTBEAT_MS = 15_000

/** Server-sent events (WHATWG HTML, section 9.2) with a comment every 15 s so that proxies keep the line open. */
export function eventStream(events: AsyncIterable<ServerSentEvent>, signal: AbortSignal): Readable {
  async function* lines(): AsyncGenerator<string> {
    const iterator = events[Symbol.asyncIterator]()
    let next = iterator.next()
    try {
      yield 'retry: 1000\n\n'
      while (!signal.aborted) {
        const pause = heartbeat(signal)
        const winner = await Promise.race([next, pause.over]).finally(() => pause.cancel())
        if (winner === 'heartbeat') {
          yield ': still here\n\n'
          continue
        }
        if (winner.done) return
        yield `id: ${winner.value.id}\ndata: ${JSON.stringify(winner.value.data)}\n\n`
        next = iterator.next()
      }
    } finally {
      next.catch(() => undefined)
      await iterator.return?.()
    }
  }
  return Readable.from(lines())
}

/** Ends after 15 s or with the signal. A stream of many events makes many of these: `cancel` leaves nothing behind. */
function heartbeat(signal: AbortSignal): { over: Promise<'heartbeat'>; cancel(): void } {
  const { promise, resolve } = Promise.withResolvers<'heartbeat'>()
  const end = (): void => resolve('heartbeat')
  const timer = setTimeout(end, HEARTBEAT_MS)
  timer.unref()
  signal.addEventListener('abort', end, { once: true })
  return {
    over: promise,
    cancel() {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    },
  }
}
