import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileRowsOf } from './file-rows.ts'

const file = (path: string) => ({ path, sizeBytes: 1, sha256: '0'.repeat(64) })

test('a tree is written line by line, files before folders', () => {
  const rows = fileRowsOf(['references/deep/b.md', 'SKILL.md', 'references/a.md', 'bot.js'].map(file))
  expect(rows.map(({ label, depth }) => `${'  '.repeat(depth)}${label}`)).toEqual([
    'bot.js',
    'SKILL.md',
    'references/',
    '  a.md',
    '  deep/',
    '    b.md',
  ])
})

test('every file appears once and every line has a path of its own', () => {
  const path = fc
    .array(fc.stringMatching(/^[a-c.]{1,3}$/), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'))
  fc.assert(
    fc.property(fc.uniqueArray(path), (paths) => {
      const rows = fileRowsOf(paths.map(file))
      expect(rows.flatMap((row) => (row.file ? [row.path] : [])).sort()).toEqual([...paths].sort())
      expect(new Set(rows.map((row) => row.path)).size).toBe(rows.length)
    }),
  )
})
