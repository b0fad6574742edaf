import fc from 'fast-check'
import {
  noPermissions,
  type PackageDiff,
  PackageDiff as PackageDiffSchema,
  type PackageSummary,
} from '@guildhall/contracts'
import { expect, test } from 'vitest'
import type { PackageFiles } from '../package-files.ts'
import { changelogOf } from './changelog.ts'
import { diffPackages } from './diff-packages.ts'
import { packageSide } from './package-side.ts'

const summary: PackageSummary = {
  name: 'a',
  version: null,
  displayName: null,
  description: 'd',
  kind: 'instructions',
  entry: null,
  license: null,
  category: null,
  tags: [],
  permissions: noPermissions,
  actions: {},
  dependencies: {},
}

const packageOf = (texts: Record<string, string | Uint8Array>): PackageFiles =>
  new Map(
    Object.entries(texts).map(([path, text]) => [
      path,
      typeof text === 'string' ? new TextEncoder().encode(text) : text,
    ]),
  )

const diffOf = (before: Record<string, string | Uint8Array>, after: Record<string, string | Uint8Array>) =>
  diffPackages(packageSide(packageOf(before), summary), packageSide(packageOf(after), summary))

const lines = (...numbers: number[]) => numbers.map((number) => `line ${number}\n`).join('')

test('a changed text is told as hunks with line numbers of both sides', async () => {
  const { files, unchangedCount } = await diffOf(
    { 'SKILL.md': lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), same: 'x' },
    { 'SKILL.md': lines(0, 1, 2, 3, 4, 5, 6, 7, 8, 10), same: 'x' },
  )
  expect(unchangedCount).toBe(1)
  expect(files).toMatchObject([
    { path: 'SKILL.md', change: 'changed', content: 'text', linesAdded: 1, linesRemoved: 1, movedFrom: null },
  ])
  const shown = files[0]?.hunks.map(({ oldStart, newStart, lines: all }) => [
    oldStart,
    newStart,
    all.map(({ kind, text }) => `${kind} ${text}`),
  ])
  expect(shown).toEqual([
    [1, 1, ['added line 0', 'same line 1', 'same line 2', 'same line 3']],
    [6, 7, ['same line 6', 'same line 7', 'same line 8', 'removed line 9', 'same line 10']],
  ])
})

test('files are told as added, removed, moved and changed, by path, with digest and size', async () => {
  const { files } = await diffOf(
    {
      'a.txt': 'a\nb\n',
      'gone.txt': 'gone',
      'old/name.txt': 'moved',
      'z-other.txt': 'moved',
      pixel: Uint8Array.of(0, 1),
    },
    { 'b.txt': 'new\n', 'new/name.txt': 'moved', pixel: Uint8Array.of(0xff, 1, 2), 'a.txt': 'a\nb' },
  )
  expect(files.map(({ path, change, movedFrom, content }) => [path, change, movedFrom, content])).toEqual([
    ['a.txt', 'changed', null, 'text'],
    ['b.txt', 'added', null, 'text'],
    ['gone.txt', 'removed', null, 'text'],
    ['new/name.txt', 'moved', 'old/name.txt', 'text'],
    ['pixel', 'changed', null, 'binary'],
    ['z-other.txt', 'removed', null, 'text'],
  ])
  expect(files[1]).toMatchObject({
    before: null,
    after: { sizeBytes: 4 },
    hunks: [{ oldStart: 0, newStart: 1, lines: [{ kind: 'added', text: 'new' }] }],
  })
  expect(files[4]).toMatchObject({ before: { sizeBytes: 2 }, after: { sizeBytes: 3 }, hunks: [] })
})

test('an empty file is never taken for another one that is empty too', async () => {
  const { files } = await diffOf({ 'a/__init__.py': '' }, { 'b/__init__.py': '' })
  expect(files.map(({ change }) => change)).toEqual(['removed', 'added'])
})

const random = (count: number, seed: number) => {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return `${state}\n`
  }).join('')
}

test('texts that would take long to compare are told by digest only, however many there are', async () => {
  const count = 300
  const versionOf = (seed: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, random(10_000, index * 1000 + seed)]))
  const [before, after] = [versionOf(1), versionOf(2)]
  const { files } = await diffOf({ ...before, big: 'x'.repeat(300_000) }, { ...after, big: 'y'.repeat(300_000) })
  expect(files).toHaveLength(count + 1)
  expect(files.every(({ content, hunks }) => content === 'too_large' && hunks.length === 0)).toBe(true)
})

test('what is shown has a bound, too', async () => {
  const texts = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`f${index}`, `${index}${'z'.repeat(200_000)}`]),
  )
  const { files } = await diffOf({}, texts)
  const shown = files.filter(({ content }) => content === 'text')
  expect(shown.length).toBeGreaterThan(5)
  expect(JSON.stringify(files).length).toBeLessThan(3_000_000)
})

test('permissions are told in words, gained and lost', async () => {
  const side = (change: Partial<PackageSummary>) => packageSide(new Map(), { ...summary, ...change })
  const diff = await diffPackages(
    side({ permissions: { ...noPermissions, clipboard: true, network: { hosts: ['a.example', 'b.example'] } } }),
    side({ permissions: { ...noPermissions, ai: true, network: { hosts: ['*'] } } }),
  )
  expect(diff.permissions.gained.map(({ title }) => title)).toEqual(['Reach any public host', 'Call an AI model'])
  expect(diff.permissions.lost.map(({ title }) => title)).toEqual(['Use the clipboard'])
})

const action = {
  description: 'x',
  input: { type: 'object', title: 'A' },
  output: {},
  idempotent: false,
  timeoutMs: 1000,
}
const executable = (change: Partial<PackageSummary>): PackageSummary => ({ ...summary, kind: 'javascript', ...change })

test('actions and what a package says of itself are compared by meaning, not by order', async () => {
  const diff = await diffPackages(
    packageSide(
      new Map(),
      executable({
        actions: { a: action, b: action, c: action },
        tags: ['x', 'y'],
        dependencies: { '@a/b': '^1' },
        license: 'MIT',
      }),
    ),
    packageSide(
      new Map(),
      executable({
        actions: {
          d: action,
          c: { ...action, timeoutMs: 2000 },
          a: { ...action, input: { title: 'A', type: 'object' } },
        },
        tags: ['y', 'x'],
        dependencies: { '@a/b': '^2', '@a/a': '*' },
      }),
    ),
  )
  expect(diff.actions).toEqual({ added: ['d'], removed: ['b'], changed: ['c'] })
  expect(diff.fields).toEqual([
    { field: 'license', before: 'MIT', after: null },
    { field: 'dependencies', before: '@a/b ^1', after: '@a/a *, @a/b ^2' },
  ])
})

test('the changelog says first what a person should know first', async () => {
  const before = packageSide(
    packageOf({ 'SKILL.md': lines(1, 2, 3), 'old.md': 'same' }),
    executable({ license: 'MIT' }),
  )
  const after = packageSide(
    packageOf({ 'SKILL.md': lines(1, 3, 4, 5), 'scripts/x.py': 'print()\n', 'docs/old.md': 'same' }),
    executable({
      license: 'Apache-2.0',
      description: 'e',
      actions: { run: action },
      permissions: { ...noPermissions, network: { hosts: ['api.example.com'] } },
    }),
  )
  expect(changelogOf(await diffPackages(before, after))).toBe(
    [
      '- New permission: Reach api.example.com',
      '- Adds the action `run`',
      '- Changes the description',
      '- Changes license from `MIT` to `Apache-2.0`',
      '- Changes `SKILL.md` (2 lines added, 1 removed)',
      '- Moves `old.md` to `docs/old.md`',
      '- Adds `scripts/x.py`',
    ].join('\n'),
  )
  expect(changelogOf(await diffPackages(before, before))).toBe('The same content under a new number.')
})

test('a changelog stays short, whatever has changed', async () => {
  const names = (prefix: string) => Array.from({ length: 40 }, (_, index) => `${prefix}${index}${'x'.repeat(50)}`)
  const files = Object.fromEntries(names('f').map((name) => [`${'y'.repeat(150)}/${name}`, '']))
  const many = Object.fromEntries(names('a').map((name) => [name, action]))
  const permissions = { ...noPermissions, network: { hosts: names('h').map((host) => `${host}.example`) } }
  const text = changelogOf(
    await diffPackages(
      packageSide(new Map(), executable({ tags: names('t') })),
      packageSide(packageOf(files), executable({ permissions, actions: many, tags: names('u') })),
    ),
  )
  expect(text.length).toBeLessThan(8100)
  expect(text).toMatch(/… and 28 more/)
})

test('a name in the changelog cannot leave its code span or its line', async () => {
  const text = changelogOf(await diffOf({}, { 'a`` [x](javascript:1)': '', 'b\u202e`': '' }))
  expect(text).toBe('- Adds ``` a`` [x](javascript:1) ```\n- Adds `` b ` ``')
})

const texts = fc.dictionary(
  fc.constantFrom('SKILL.md', 'a/b', 'a/c', 'd', 'e`e'),
  fc.array(fc.constantFrom('one', 'two', 'three', '', '\r', '\0'), { maxLength: 12 }).map((all) => all.join('\n')),
)

/** A line end at the end belongs to the last line. */
function linesIn(text: string): string[] {
  return text.replace(/\n$/, '') === '' && !text.startsWith('\n') ? [] : text.replace(/\n$/, '').split('\n')
}

/** Applies the hunks to the old lines; lines outside of them are the same. Throws where they do not fit. */
function patched(old: readonly string[], { hunks }: PackageDiff['files'][number]): string[] {
  const result: string[] = []
  let next = 0
  for (const hunk of hunks) {
    const oldStart = Math.max(hunk.oldStart - 1, 0)
    result.push(...old.slice(next, oldStart))
    next = oldStart
    if (Math.max(hunk.newStart - 1, 0) !== result.length) throw new Error('the new line number is wrong')
    for (const { kind, text } of hunk.lines) {
      if (kind !== 'added' && old[next] !== text) throw new Error(`line ${next + 1} is another one`)
      if (kind !== 'removed') result.push(text)
      if (kind !== 'added') next += 1
    }
  }
  return [...result, ...old.slice(next)]
}

test('hunks turn the one side into the other, the counts agree, and the reply fits its contract', async () => {
  await fc.assert(
    fc.asyncProperty(texts, texts, async (before, after) => {
      const diff = await diffOf(before, after)
      expect(PackageDiffSchema.parse(diff)).toEqual(diff)
      expect(await diffOf(after, after)).toMatchObject({ files: [], unchangedCount: Object.keys(after).length })
      expect(
        changelogOf(diff)
          .split('\n')
          .every((line) => line.startsWith('- ') || diff.files.length === 0),
      ).toBe(true)
      for (const file of diff.files) {
        if (file.content !== 'text' || file.change === 'moved') continue
        const [old = '', fresh = ''] = [before[file.path], after[file.path]]
        expect(patched(linesIn(old), file)).toEqual(linesIn(fresh))
        const count = (kind: string) =>
          file.hunks.flatMap((hunk) => hunk.lines).filter((line) => line.kind === kind).length
        expect([file.linesAdded, file.linesRemoved]).toEqual([count('added'), count('removed')])
      }
    }),
    { numRuns: 800 },
  )
})
