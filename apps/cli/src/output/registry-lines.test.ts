import type { FileDiff, Import, PackageDiff, SkillFacets, VersionSummary } from '@guildhall/contracts'
import { describe, expect, it } from 'vitest'
import { packageDiffLines } from './diff-lines.ts'
import { importLines } from './import-lines.ts'
import { createPaint } from './paint.ts'
import { plainJson } from './plain-text.ts'
import { facetLines, suggestionLines } from './search-lines.ts'
import { versionStateLine, versionTable } from './version-lines.ts'

const paint = createPaint(false)
/** Clears a screen, sets a title, turns text around. */
const HOSTILE = 'a\u001B[2J\u009B2J\u001B]0;x\u0007\u202Eb'
const isPlain = (lines: readonly string[]): boolean =>
  !/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/.test(lines.join('\n'))

const sha256 = '0'.repeat(64)
const time = '2026-01-01T00:00:00.000Z'

const file = (more: Partial<FileDiff>): FileDiff => ({
  path: 'a.txt',
  change: 'changed',
  movedFrom: null,
  before: { sizeBytes: 3, sha256 },
  after: { sizeBytes: 4, sha256 },
  content: 'text',
  linesAdded: 0,
  linesRemoved: 0,
  hunks: [],
  ...more,
})

const diff = (more: Partial<PackageDiff>): PackageDiff => ({
  files: [file({})],
  unchangedCount: 2,
  permissions: { gained: [], lost: [] },
  actions: { added: [], removed: [], changed: [] },
  fields: [],
  ...more,
})

describe('what differs', () => {
  it('is shown as unified diff with the lines of both sides', () => {
    const lines = [
      { kind: 'same' as const, text: 'one' },
      { kind: 'removed' as const, text: 'two' },
      { kind: 'added' as const, text: 'three' },
      { kind: 'added' as const, text: 'four' },
    ]
    const changed = file({ linesAdded: 2, linesRemoved: 1, hunks: [{ oldStart: 4, newStart: 5, lines }] })
    expect(packageDiffLines(diff({ files: [changed] }), paint)).toEqual([
      '1 files changed, 2 unchanged; 2 lines added, 1 removed',
      '',
      '--- a/a.txt',
      '+++ b/a.txt',
      '@@ -4,2 +5,3 @@',
      ' one',
      '-two',
      '+three',
      '+four',
    ])
  })

  it('tells what is new, gone, moved or no text', () => {
    const files = [
      file({ change: 'added', before: null }),
      file({ change: 'removed', after: null }),
      file({ change: 'moved', movedFrom: 'old.txt' }),
      file({ content: 'binary' }),
    ]
    const text = packageDiffLines(diff({ files }), paint).join('\n')
    expect(text).toContain('--- /dev/null\n+++ b/a.txt')
    expect(text).toContain('--- a/a.txt\n+++ /dev/null')
    expect(text).toContain('--- a/old.txt\n+++ b/a.txt')
    expect(text).toContain('  binary: 3 bytes, sha256 000000000000 -> 4 bytes')
    expect(packageDiffLines(diff({ files: [] }), paint)).toEqual(['No file differs.'])
  })

  it('begins with the permissions that are gained', () => {
    const gained = [
      { id: 'network', risk: 'high' as const, title: 'Reach any public host', consequence: 'It can send.' },
    ]
    const lines = packageDiffLines(diff({ permissions: { gained, lost: [] } }), paint)
    expect(lines.slice(0, 2)).toEqual(['Asks for more:', '  high risk    Reach any public host'])
  })
})

const version = (more: Partial<VersionSummary>): VersionSummary => ({
  // Only a parser makes ids, and nothing here looks at it.
  id: `ver_${'0'.repeat(26)}` as VersionSummary['id'],
  version: '1.0.0',
  status: 'released',
  digest: sha256,
  sizeBytes: 10,
  fileCount: 1,
  changelog: null,
  deprecation: null,
  statusReason: null,
  tags: [],
  conformance: 'spec',
  createdAt: time,
  releasedAt: time,
  ...more,
})

describe('versions', () => {
  it('are told with their reasons below', () => {
    const lines = versionTable(
      [version({ tags: ['latest'] }), version({ version: '0.9.0', deprecation: 'Old' })],
      paint,
    )
    expect(lines[1]).toMatch(/^1\.0\.0 +released +latest +2026-01-01 +spec +10 +000000000000$/)
    expect(lines[2]).toMatch(/^0\.9\.0 +released, deprecated/)
    expect(lines.at(-1)).toBe('  0.9.0: Old')
    expect(versionStateLine('@a/b', version({ status: 'yanked', statusReason: 'Bad' }))).toBe(
      '@a/b@1.0.0 is yanked now: Bad',
    )
  })
})

const facets = (more: Partial<SkillFacets>): SkillFacets => ({
  total: 7,
  isTotalExact: true,
  categories: [],
  kinds: [],
  tags: [],
  publishers: [],
  ...more,
})

describe('a search', () => {
  it('tells classes that narrow it, the first six of each', () => {
    const tags = Array.from({ length: 8 }, (_, index) => ({ value: `tag${index}`, count: 8 - index }))
    const lines = facetLines(facets({ isTotalExact: false, tags, kinds: [{ value: 'python', count: 7 }] }), paint)
    expect(lines).toEqual([
      'more than 7 skills',
      '  --tag       tag0 8, tag1 7, tag2 6, tag3 5, tag4 4, tag5 3, 2 more',
    ])
  })

  it('that finds nothing says what was meant, or what to try', () => {
    const spelling = { kind: 'spelling' as const, text: 'invoice', fullName: null, displayName: null }
    expect(suggestionLines([spelling], paint)).toEqual(['Did you mean:', '  invoice  spelling'])
    expect(suggestionLines([], paint)).toEqual(['Try fewer or other words.'])
  })
})

const imported = (more: Partial<Import>): Import => ({
  id: `imp_${'0'.repeat(26)}` as Import['id'], // as above
  publisher: 'acme',
  source: 'acme/skills',
  status: 'finished',
  repository: 'https://git.example.com/acme/skills',
  ref: null,
  commit: 'a'.repeat(40),
  visibility: null,
  items: [],
  skipped: [],
  error: null,
  createdAt: time,
  updatedAt: time,
  ...more,
})

describe('text of strangers', () => {
  it('commands no terminal, whatever it is in', () => {
    const hunks = [{ oldStart: 1, newStart: 1, lines: [{ kind: 'added' as const, text: HOSTILE }] }]
    const fields = [{ field: HOSTILE, before: HOSTILE, after: null }]
    const item = {
      path: HOSTILE,
      name: null,
      version: null,
      conformance: 'none' as const,
      outcome: 'refused' as const,
      message: HOSTILE,
      findings: [],
      submissionId: null,
    }
    const skipped = [{ path: HOSTILE, reason: HOSTILE }]
    const suggestion = { kind: 'tag' as const, text: HOSTILE, fullName: null, displayName: HOSTILE }
    const printed = [
      packageDiffLines(diff({ files: [file({ path: HOSTILE, movedFrom: HOSTILE, hunks })], fields }), paint),
      importLines(imported({ source: HOSTILE, repository: HOSTILE, error: HOSTILE, items: [item], skipped }), paint),
      facetLines(
        facets({
          tags: [
            { value: HOSTILE, count: 2 },
            { value: 'b', count: 1 },
          ],
        }),
        paint,
      ),
      suggestionLines([suggestion], paint),
      versionTable([version({ statusReason: HOSTILE, deprecation: HOSTILE })], paint),
    ]
    for (const lines of printed) expect(lines).toSatisfy(isPlain)
  })

  it('is the same for a program that reads the JSON, which commands no terminal either', () => {
    const text = plainJson({ text: HOSTILE })
    expect([text]).toSatisfy(isPlain)
    expect(JSON.parse(text)).toEqual({ text: HOSTILE })
  })
})
