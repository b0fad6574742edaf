import { AppError } from '@guildhall/contracts'
import * as z from 'zod'
import { isStorable } from './storable.ts'

/** A time in a cursor that PostgreSQL can read, too: its years begin with 1. */
export const CursorTime = z.iso.datetime().refine((text) => !text.startsWith('0000'))

/** Packs the last row's sort values into an opaque cursor. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** Reads a cursor that this server made. Throws request.invalid for any other text. */
export function decodeCursor<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  try {
    const decoded = Buffer.from(text, 'base64url').toString('utf8')
    const values = schema.parse(JSON.parse(decoded))
    if (!isStorable(values)) throw new Error('a text that no row can hold')
    return values
  } catch {
    throw new AppError('request.invalid', {
      where: 'query.cursor',
      issues: [
        { path: 'query.cursor', message: 'is not a cursor of this list; leave it out to start from the first page' },
      ],
    })
  }
}

/** Cuts a list that was read with one row too many into a page. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  make: { item(row: Row): Item; cursor(row: Row): readonly (string | number)[] },
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map((row) => make.item(row)),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(make.cursor(last)) : null,
  }
}
