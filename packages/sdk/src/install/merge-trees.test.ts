import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeTrees } from './merge-trees.ts'

type Tree = Record<string, string>
const tree = (record: Tree) =>
  new Map(Object.entries(record).map(([path, text]) => [path, new TextEncoder().encode(text)]))

function merge(base: Tree, mine: Tree, theirs: Tree): Tree | string[] {
  const merged = mergeTrees(tree(base), tree(mine), tree(theirs))
  if (merged.status === 'conflicts') return merged.paths
  return Object.fromEntries([...merged.files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]))
}

const lines = (...all: string[]) => all.join('\n')

test('edits of different lines and different files come together', () => {
  const base = { 'SKILL.md': lines('a', 'b', 'c', 'd', 'e'), 'x.md': 'x', 'y.md': 'y' }
  const mine = { 'SKILL.md': lines('A', 'b', 'c', 'd', 'e'), 'x.md': 'x', 'y.md': 'Y', 'mine.md': 'm' }
  const theirs = { 'SKILL.md': lines('a', 'b', 'c', 'd', 'E'), 'x.md': 'X', 'y.md': 'y', 'theirs.md': 't' }
  expect(merge(base, mine, theirs)).toEqual({
    'SKILL.md': lines('A', 'b', 'c', 'd', 'E'),
    'mine.md': 'm',
    'theirs.md': 't',
    'x.md': 'X',
    'y.md': 'Y',
  })
})

test('a file that one side removed goes where the other left it alone, and is a conflict where it did not', () => {
  const base = { 'a.md': 'a', 'b.md': 'b' }
  expect(merge(base, { 'b.md': 'b' }, { 'a.md': 'a' })).toEqual({})
  expect(merge(base, { 'b.md': 'edited' }, { 'a.md': 'new' })).toEqual(['a.md', 'b.md'])
})

test.each([
  ['the same line', lines('a', 'x'), lines('a', 'y'), lines('a', 'z')],
  ['a file that is no text', 'a\u0000b', 'a\u0000c', 'a\u0000d'],
])('%s changed on both sides is a conflict', (_, base, mine, theirs) => {
  expect(merge({ f: base }, { f: mine }, { f: theirs })).toEqual(['f'])
})

test('the signature is always that of the new version', () => {
  expect(merge({ 'signature.sig': 'old' }, { 'signature.sig': 'old' }, { 'signature.sig': 'new' })).toEqual({
    'signature.sig': 'new',
  })
})

test('where one side changed nothing, the other is the answer, line ends and all', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '', 'c\r'), { maxLength: 6 }).map((all) => all.join('\n'))
  const anyTree = fc.dictionary(fc.constantFrom('a.md', 'b/c.md', 'd.md'), text)
  fc.assert(
    fc.property(anyTree, anyTree, (one, other) => {
      expect(merge(one, one, other)).toEqual(other)
      expect(merge(one, other, one)).toEqual(other)
      expect(merge(one, other, other)).toEqual(other)
    }),
  )
})
