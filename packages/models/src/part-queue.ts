/** Pieces that come when they come, for a reader who asks when it asks. */
export interface PartQueue {
  push: (piece: string) => void
  end: () => void
  fail: (error: unknown) => void
  /** To be iterated once. */
  parts: AsyncIterable<string>
}

/** The queue holds what nobody has read; what a model may write at most bounds it. */
export function createPartQueue(): PartQueue {
  const held: string[] = []
  let ending: { error: unknown } | 'ended' | null = null
  let news = Promise.withResolvers<void>()

  const tell = () => {
    news.resolve()
    news = Promise.withResolvers()
  }

  async function* read(): AsyncGenerator<string> {
    for (;;) {
      const piece = held.shift()
      if (piece !== undefined) yield piece
      else if (ending === 'ended') return
      else if (ending !== null) throw ending.error
      else await news.promise
    }
  }

  return {
    push(piece) {
      held.push(piece)
      tell()
    },
    end() {
      ending = 'ended'
      tell()
    },
    fail(error) {
      ending = { error }
      tell()
    },
    parts: read(),
  }
}
