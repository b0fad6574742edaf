import { sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { isStorable, storableText } from './storable.ts'

let opened: TestDatabase
beforeAll(async () => {
  opened = await openTestDatabase()
})
afterAll(() => opened.close())

const anyText = fc.string({ unit: fc.nat(0xff_ff).map((code) => String.fromCharCode(code)), maxLength: 20 })

async function store(value: unknown): Promise<boolean> {
  return opened.database.q.execute(sql`select ${JSON.stringify(value)}::jsonb`).then(
    () => true,
    () => false,
  )
}

test('the database takes exactly what is called storable', async () => {
  const odd = fc.constantFrom('\0', '\ud800', '\udc00', '\u0001', '\ufffe', '\\u0000', '🙂', 'x')
  const value = fc.oneof(fc.array(odd), fc.dictionary(odd, odd), odd, anyText)
  await fc.assert(
    fc.asyncProperty(value, async (one) => {
      expect(await store(one)).toBe(isStorable(one))
    }),
    { numRuns: 100 },
  )
})

test('any text can be made storable and short', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 30 }), (text, maxLength) => {
      const made = storableText(text, maxLength)
      expect(isStorable(made)).toBe(true)
      expect(made.length).toBeLessThanOrEqual(maxLength)
    }),
  )
  expect(storableText('unchanged –\n\tgrüße', 100)).toBe('unchanged –\n\tgrüße')
})
