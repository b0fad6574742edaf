import { startGuest, type GuestProcess } from './guest-process.ts'
import type { Enclosure } from '../isolation/enclosure.ts'

/** The processes did not become ready in time, or the pool is closed. */
export class PoolError extends Error {
  override readonly name = 'PoolError'
}

const READY_WITHIN_MS = 15_000
/** A replacement waits this long, so that its start does not compete with the run that took its predecessor. */
const REFILL_AFTER_MS = 20

/** Guests that wait for a run. Every guest that is taken belongs to its taker and never comes back. */
export interface GuestPool {
  take(): Promise<GuestProcess>
  /** Resolves when the pool is full. */
  fill(): Promise<void>
  /** Kills the guests that wait; those taken belong to their takers. */
  close(): Promise<void>
}

/** Starts a guest and waits until it is ready. Rejects with PoolError or GuestStartError; nothing is left running then. */
export async function startReadyGuest(enclosure: Enclosure): Promise<GuestProcess> {
  const guest = startGuest(enclosure)
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new PoolError('a guest did not become ready in time')), READY_WITHIN_MS)
  try {
    await Promise.race([guest.ready, late.promise])
    return guest
  } catch (error) {
    await guest.kill()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

export interface GuestPoolOptions {
  /** Puts up the walls for one guest more: `enclose` of `chooseWalls`. */
  enclose: () => Enclosure
  size: number
  /** A guest that has waited this long is told to make itself faster for the run to come; under load none waits. Default: never. */
  prepareAfterMs?: number
}

/** A pool of at most `size` waiting guests. It starts the first ones when it is first used. */
export function createGuestPool({ enclose, size, prepareAfterMs }: GuestPoolOptions): GuestPool {
  const waiting: Promise<GuestProcess>[] = []
  const idle = new WeakMap<GuestProcess, NodeJS.Timeout>()
  let refill: NodeJS.Timeout | null = null
  let isClosed = false

  async function startEnclosed(): Promise<GuestProcess> {
    const guest = await startReadyGuest(enclose())
    if (prepareAfterMs === undefined) return guest
    const timer = setTimeout(() => guest.send('prepare', '{}'), prepareAfterMs)
    idle.set(guest, timer)
    return guest
  }

  function start(): Promise<GuestProcess> {
    const started = startEnclosed()
    // Whoever takes it hears of a failure; until then it must not count as unhandled.
    started.catch(() => {})
    return started
  }

  async function end(starting: Promise<GuestProcess>) {
    const guest = await starting
    clearTimeout(idle.get(guest))
    await guest.kill()
  }

  function top() {
    refill = null
    while (!isClosed && waiting.length < size) waiting.push(start())
  }

  return {
    async take() {
      if (isClosed) throw new PoolError('the pool is closed')
      const starting = waiting.shift() ?? start()
      refill ??= setTimeout(top, REFILL_AFTER_MS)
      const guest = await starting
      clearTimeout(idle.get(guest))
      return guest
    },
    async fill() {
      top()
      await Promise.all(waiting)
    },
    async close() {
      isClosed = true
      if (refill) clearTimeout(refill)
      // One that did not start is gone already.
      await Promise.allSettled(waiting.splice(0).map(end))
    },
  }
}
