import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf, plainLine, plainText, shorten, wrap } from './plain-text.ts'
import { tableLines } from './table.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 40 })

describe('text of strangers', () => {
  it('cannot command the terminal or turn its own direction around', () => {
    expect(plainText('a\u001B[31mred\u001B]0;title\u0007\u202Etxt\r\nnext\tone\u009B2J')).toBe(
      'a[31mred]0;titletxt\nnext\tone2J',
    )
    fc.assert(
      fc.property(anyText, (text) => {
        expect(plainText(text)).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/)
        expect(plainLine(text)).not.toMatch(/[\n\t]/)
      }),
    )
  })

  it('counts the columns that wide letters, marks and colours take', () => {
    expect(columnsOf('abc')).toBe(3)
    expect(columnsOf('日本')).toBe(4)
    expect(columnsOf('e\u0301')).toBe(1)
    expect(columnsOf('\u001B[31mred\u001B[39m')).toBe(3)
  })

  it('is never wider than asked once it is shortened', () => {
    expect(shorten('a long sentence', 8)).toBe('a long…')
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 30 }), (text, width) => {
        const line = plainLine(text, width)
        expect(columnsOf(line)).toBeLessThanOrEqual(Math.max(width, 1))
      }),
    )
  })

  it('keeps every word when it is wrapped', () => {
    const words = fc.array(fc.stringMatching(/^[a-zé日]{1,9}$/), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 30 }), (list, width) => {
        const lines = wrap(list.join(' '), width)
        expect(lines.join(' ')).toBe(list.join(' '))
        for (const line of lines) expect(columnsOf(line) <= width || !line.includes(' ')).toBe(true)
      }),
    )
  })
})

describe('a table', () => {
  it('has columns as wide as their widest cell and numbers to the right', () => {
    const lines = tableLines(
      [{ title: 'name' }, { title: 'ms', align: 'right' }],
      [
        ['日本', '5'],
        ['abc', '1234'],
      ],
    )
    expect(lines).toEqual(['name    ms', '日本     5', 'abc   1234'])
  })
})
