import { expect, test } from 'vitest'
import { guideLinkOf } from './guide-link.ts'

test.each([
  ['tools.md', { kind: 'page', href: '/docs/tools' }],
  ['./tools.md#fileread', { kind: 'page', href: '/docs/tools#fileread' }],
  ['#limits', { kind: 'page', href: '#limits' }],
  ['../../examples', { kind: 'page', href: '/guildhall' }],
  ['../../examples/json-diff', { kind: 'page', href: '/skills/guildhall/json-diff/files' }],
  ['../decisions/0019-walls.md', { kind: 'source', path: 'docs/decisions/0019-walls.md' }],
  ['https://example.com/a#b', { kind: 'external', href: 'https://example.com/a#b' }],
])('%s', (target, link) => {
  expect(guideLinkOf(target)).toEqual(link)
})
