import { ConnectionProblem } from './problems.ts'

/** The part of `fetch` that the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Waits; rejects with the signal's reason when it is aborted. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>

export interface Sender {
  fetch: Fetch
  wait: Wait
  /** How often a repeatable request is sent again after a connection failure or a 503. */
  retries: number
}

const FIRST_PAUSE_MS = 150
const LONGEST_PAUSE_MS = 5_000

/** The wall clock's wait. */
export const wait: Wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })

/** The pause before the n-th repetition, in milliseconds; the server's wish wins, up to five seconds. */
export function pauseMs(attempt: number, response?: Response): number {
  const wished = Number(response?.headers.get('retry-after') ?? Number.NaN) * 1000
  return Math.min(Number.isFinite(wished) ? wished : FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS)
}

/** Sends once. Throws ConnectionProblem when nothing answered, and the signal's reason when the caller gave up. */
export async function sendOnce(sender: Sender, url: string, init: RequestInit): Promise<Response> {
  try {
    return await sender.fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ConnectionProblem(url, error)
  }
}

/** Sends, and repeats a repeatable request while nothing answers or the server is busy. */
export async function send(sender: Sender, url: string, init: RequestInit, repeatable: boolean): Promise<Response> {
  const repetitions = repeatable ? sender.retries : 0
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await sendOnce(sender, url, init).catch((error: unknown) => {
      if (error instanceof ConnectionProblem && attempt < repetitions) return error
      throw error
    })
    if (outcome instanceof Response && (outcome.status !== 503 || attempt >= repetitions)) return outcome
    const refused = outcome instanceof Response ? outcome : undefined
    await refused?.body?.cancel()
    await sender.wait(pauseMs(attempt, refused), init.signal ?? undefined)
  }
}
