import * as z from 'zod'

/** What every list takes: at most 100 items, and the cursor of the page before. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Items per page, 1 to 100' }),
  cursor: z.string().max(512).optional().meta({ description: 'nextCursor of the page before; opaque' }),
})
export type PageQuery = z.infer<typeof PageQuery>

/** What every list answers. `nextCursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
