/** Works on several things at once, at most `limit` of them. The results stand in the order of the things. */
export async function several<T, R>(things: readonly T[], limit: number, work: (thing: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = things.entries()
  const lane = async (): Promise<void> => {
    for (const [index, thing] of queue) results[index] = await work(thing)
  }
  await Promise.all(Array.from({ length: Math.min(limit, things.length) }, lane))
  return results
}
