import type { Page } from '@guildhall/contracts'

/** Reads pages until there are enough items or no more. */
export async function collect<T>(
  limit: number,
  page: (query: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const query: { limit: number; cursor?: string } = { limit: Math.min(100, limit - items.length) }
    if (cursor !== null) query.cursor = cursor
    const next: Page<T> = await page(query)
    items.push(...next.items)
    cursor = next.nextCursor
  } while (cursor !== null && items.length < limit)
  return items
}
