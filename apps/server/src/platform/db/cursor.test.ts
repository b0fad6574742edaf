import { AppError } from '@guildhall/contracts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { decodeCursor, encodeCursor, pageFrom } from './cursor.ts'
import { isStorable } from './storable.ts'

const Values = z.array(z.union([z.string(), z.number()]))

test('a cursor gives back the values it was made of, in characters that need no escaping', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer())), (values) => {
      fc.pre(isStorable(values))
      const text = encodeCursor(values)
      expect(text).toMatch(/^[\w-]*$/)
      expect(decodeCursor(Values, text)).toEqual(values)
    }),
  )
})

describe('a text that is no cursor of the list', () => {
  const Key = z.tuple([z.number().int(), z.string()])
  const refusal = (text: string): unknown => {
    try {
      return decodeCursor(Key, text)
    } catch (error) {
      return error
    }
  }

  test('is request.invalid and says how to go on, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const error = refusal(text)
        if (!(error instanceof AppError)) throw new Error('it was taken')
        expect(error.code).toBe('request.invalid')
        expect(error.facts.issues).toEqual([expect.objectContaining({ path: 'query.cursor' })])
      }),
    )
  })

  test.each([[['x', 'y']], [[1]], [[1, 'a', 'b']], [[1.5, 'a']], [[1, 'a NUL \0']]])(
    'so is a cursor of other values: %j',
    (values) => {
      expect(refusal(encodeCursor(values))).toMatchObject({ code: 'request.invalid' })
    },
  )
})

describe('cutting a page', () => {
  const make = { item: (row: number) => row * 10, cursor: (row: number) => [row] }

  test('the row too many makes the cursor point at the last one shown', () => {
    const page = pageFrom([1, 2, 3], 2, make)
    expect(page.items).toEqual([10, 20])
    expect(page.nextCursor).toBe(encodeCursor([2]))
  })

  test.each([[[]], [[1]], [[1, 2]]])('the last page has no cursor: %j', (rows) => {
    expect(pageFrom(rows, 2, make)).toEqual({ items: rows.map(make.item), nextCursor: null })
  })
})
