/** A number of places; who finds none waits until one is free, in the order of coming. */
export interface Places {
  pass<T>(work: () => Promise<T>): Promise<T>
}

export function createPlaces(most: number): Places {
  const waiting: (() => void)[] = []
  let free = most
  return {
    async pass(work) {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        // The place goes from hand to hand, so that nobody comes in between.
        if (next) next()
        else free += 1
      }
    },
  }
}
