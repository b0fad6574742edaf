import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headingId, readmeLinkOf } from './readme-link.ts'

describe('readmeLinkOf', () => {
  test.each([
    ['https://example.com/a?b#c', { kind: 'external', href: 'https://example.com/a?b#c' }],
    ['mailto:ada@example.org', { kind: 'external', href: 'mailto:ada@example.org' }],
    ['references/columns.md', { kind: 'file', path: 'references/columns.md' }],
    ['./references/../SKILL.md#part', { kind: 'file', path: 'SKILL.md' }],
    ['/scripts/run%20me.py', { kind: 'file', path: 'scripts/run me.py' }],
    ['../../../etc/passwd', { kind: 'file', path: 'etc/passwd' }],
    ['#When-to-use-it', { kind: 'heading', id: 'readme-when-to-use-it' }],
  ])('%s', (target, link) => {
    expect(readmeLinkOf(target)).toEqual(link)
  })

  test.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'package://elsewhere/x',
    '//evil.example/x',
    '%E0%A4%A',
    '',
  ])('refuses %j', (target) => {
    expect(readmeLinkOf(target).kind).toBe('refused')
  })

  test('only ever leads to a safe protocol, a file, or a heading', () => {
    fc.assert(
      fc.property(fc.string(), (target) => {
        const link = readmeLinkOf(target)
        const isSafe =
          link.kind === 'external'
            ? /^(https?|mailto):/.test(link.href)
            : link.kind !== 'file' || !/(^|\/)\.\.(\/|$)/.test(link.path)
        expect(isSafe).toBe(true)
      }),
    )
  })
})

test('headings get ids that links can name', () => {
  expect(headingId('When to use it?')).toBe('readme-when-to-use-it')
})
