import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LARGEST_PAGE_BYTES, readWithin, type RowSource } from './read-within.ts'

interface Row {
  id: number
  sizeBytes: number
}

const sourceOf = (all: readonly Row[]): RowSource<Row> => ({
  read: async (after, limit) => all.filter(({ id }) => after === null || id > Number(after[1])).slice(0, limit),
  keyOf: ({ id }) => ['', String(id)],
  bytesOf: ({ sizeBytes }) => sizeBytes,
})

test('pages never hold too much, and together hold every row once and in order', async () => {
  const size = fc.oneof(fc.nat(1000), fc.nat(LARGEST_PAGE_BYTES * 2))
  await fc.assert(
    fc.asyncProperty(fc.array(size, { maxLength: 60 }), fc.integer({ min: 1, max: 100 }), async (sizes, limit) => {
      const all = sizes.map((sizeBytes, id) => ({ id, sizeBytes }))
      const source = sourceOf(all)
      const seen: Row[] = []
      for (let isMore = true; isMore; ) {
        const last = seen.at(-1)
        const { rows, fitting } = await readWithin(source, { limit, after: last ? source.keyOf(last) : null })
        const shown = rows.slice(0, fitting)
        const bytes = shown.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
        expect(shown.length <= limit && (shown.length <= 1 || bytes <= LARGEST_PAGE_BYTES)).toBe(true)
        isMore = rows.length > fitting
        expect(shown.length > 0 || !isMore).toBe(true)
        seen.push(...shown)
      }
      expect(seen).toEqual(all)
    }),
  )
})
