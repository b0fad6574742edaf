import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blocksOf } from './hunk-blocks.ts'

test('lines that went stand beside those that came in their place', () => {
  const lines = [
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'removed', text: 'c' },
    { kind: 'added', text: 'd' },
    { kind: 'same', text: 'e' },
  ] as const
  expect(blocksOf({ oldStart: 4, newStart: 7, lines: [...lines] })).toEqual([
    { kind: 'same', lines: [{ text: 'a', before: 4, after: 7 }] },
    {
      kind: 'changed',
      removed: [
        { text: 'b', number: 5 },
        { text: 'c', number: 6 },
      ],
      added: [{ text: 'd', number: 8 }],
    },
    { kind: 'same', lines: [{ text: 'e', before: 7, after: 9 }] },
  ])
})

test('both sides can be read from the blocks again, numbered without a gap', () => {
  const line = fc.record({ kind: fc.constantFrom('same', 'added', 'removed'), text: fc.string() })
  fc.assert(
    fc.property(fc.array(line), fc.nat(1000), fc.nat(1000), (lines, oldStart, newStart) => {
      const blocks = blocksOf({ oldStart, newStart, lines })
      const before = blocks.flatMap((block) =>
        block.kind === 'same' ? block.lines.map(({ text, before: number }) => ({ text, number })) : block.removed,
      )
      const after = blocks.flatMap((block) =>
        block.kind === 'same' ? block.lines.map(({ text, after: number }) => ({ text, number })) : block.added,
      )
      const side = (gone: string, start: number) =>
        lines.filter(({ kind }) => kind !== gone).map(({ text }, index) => ({ text, number: start + index }))
      expect(before).toEqual(side('added', oldStart))
      expect(after).toEqual(side('removed', newStart))
    }),
  )
})
