/** A limited number of places, given first come, first served. */
export interface Places {
  /** Waits for a place, which belongs to the caller until it is given back. Rejects when the signal aborts before; then no place is taken. */
  take(signal: AbortSignal): Promise<void>
  giveBack(): void
  /** Whether somebody waits. */
  readonly areWanted: boolean
}

/** `onShortage` hears of each who has to wait, and may make a place free. */
export function createPlaces(count: number, onShortage: () => void): Places {
  const line = new Set<() => void>()
  let free = count

  function wait(signal: AbortSignal): Promise<void> {
    const turn = Promise.withResolvers<void>()
    const onAbort = () => {
      line.delete(enter)
      turn.reject(signal.reason)
    }
    const enter = () => {
      line.delete(enter)
      signal.removeEventListener('abort', onAbort)
      turn.resolve()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    line.add(enter)
    onShortage()
    return turn.promise
  }

  return {
    async take(signal) {
      signal.throwIfAborted()
      if (free === 0) return wait(signal)
      free -= 1
    },
    giveBack() {
      const [next] = line
      if (next) next()
      else free += 1
    },
    get areWanted() {
      return line.size > 0
    },
  }
}
