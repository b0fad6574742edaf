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
    yield 'retry: 1000\n\n'
    let next = iterator.next()
    try {
      while (!signal.aborted) {
        const winner = await Promise.race([next, heartbeat(signal)])
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

function heartbeat(signal: AbortSignal): Promise<'heartbeat'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('heartbeat'), HEARTBEAT_MS)
    timer.unref()
    signal.addEventListener('abort', () => resolve('heartbeat'), { once: true })
  })
}
