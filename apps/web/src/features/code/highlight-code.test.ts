import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { highlightedLines } from './highlight-code.ts'

const textOf = (path: string, source: string): string =>
  highlightedLines(path, source)
    .map((pieces) => pieces.map(({ text }) => text).join(''))
    .join('\n')

const kindOf = (path: string, source: string, text: string) =>
  highlightedLines(path, source)
    .flat()
    .find((piece) => piece.text === text)?.kind

describe('highlighted code', () => {
  test('is the text again, whatever the text and the language', () => {
    const path = fc.constantFrom('a.ts', 'a.md', 'a.py', 'a.yaml', 'a.json', 'a.css', 'a.html', 'a', 'a.unknown')
    const code = fc.array(fc.constantFrom('{', '"', '/*', '`${', '<a ', '\n', '- ', '# ', 'if ', '\u{1F642}', ' = '))
    const source = fc.oneof(
      fc.string({ unit: 'binary' }),
      code.map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(path, source, (file, text) => {
        expect(textOf(file, text)).toBe(text.replaceAll('\r\n', '\n'))
      }),
    )
  })

  test.each([
    ['a.js', 'const a = "b" // c', 'const', 'keyword'],
    ['a.JS', 'const a = "b" // c', '"b"', 'string'],
    ['a.ts', 'const a = "b" // c', '// c', 'comment'],
    ['SKILL.md', '# Title\n\ntext', '# Title', 'heading'],
    ['run.py', 'def greet(): pass', 'def', 'keyword'],
    ['LICENSE', 'const a = 1', 'const a = 1', 'plain'],
  ])('knows %s', (path, source, text, kind) => {
    expect(kindOf(path, source, text)).toBe(kind)
  })

  test('is plain where the parser takes too long, nests too deep, or the text is too long', () => {
    let clock = 0
    const slow = highlightedLines('a.js', 'const a = 1;'.repeat(200), () => (clock += 1000))
    const deep = highlightedLines('a.js', '['.repeat(900))
    const long = highlightedLines('a.js', `const a = 1\n`.repeat(4000))
    const wide = highlightedLines('a.js', `const a = "${'x'.repeat(1001)}"`)
    for (const lines of [slow, deep, long, wide])
      expect(new Set(lines.flat().map(({ kind }) => kind))).toEqual(new Set(['plain']))
  })
})
