import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyLock, formatLock, type Lock, type LockedSkill, parseLock } from './lock-file.ts'

const skill: LockedSkill = {
  fullName: '@acme/seo-writer',
  version: '1.2.3',
  digest: 'ab'.repeat(32),
  keyId: 'ed25519:0123456789abcdef',
  registry: 'https://guildhall.example',
  installs: [
    { agent: 'cursor', path: '.cursor/skills/seo-writer' },
    { agent: 'claude-code', path: '.claude/skills/seo-writer' },
  ],
}

const json = (change: object): string => JSON.stringify({ version: 1, skills: [{ ...skill, ...change }] })

test('a lock is written sorted and read again', () => {
  const other = { ...skill, fullName: '@acme/alpha' }
  const text = formatLock({ version: 1, skills: [skill, other] })
  expect(text.endsWith('\n')).toBe(true)
  const read = parseLock(text)
  expect(read.skills.map((one) => one.fullName)).toEqual(['@acme/alpha', '@acme/seo-writer'])
  expect(read.skills[0]?.installs.map((one) => one.agent)).toEqual(['claude-code', 'cursor'])
  expect(parseLock(formatLock(emptyLock))).toEqual(emptyLock)
})

test('the same lock gives the same text, in whatever order it was put together', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(names, fc.boolean(), (all, isReversed) => {
      const lock: Lock = { version: 1, skills: all.map((name) => ({ ...skill, fullName: `@acme/${name}` })) }
      const turned = { ...lock, skills: isReversed ? lock.skills.toReversed() : lock.skills }
      expect(formatLock(turned)).toBe(formatLock(parseLock(formatLock(lock))))
    }),
  )
})

test.each([
  ['nothing', '', 'is not valid JSON|Unexpected end'],
  ['a list', '[]', 'the file: '],
  ['no version', '{"skills":[]}', 'version: '],
  ['merge conflicts', '<<<<<<< ours\n{}\n>>>>>>> theirs\n', 'merge conflicts'],
  ['a skill twice', JSON.stringify({ version: 1, skills: [skill, skill] }), 'names a skill twice'],
  ['a bad name', json({ fullName: 'seo-writer' }), 'skills.0.fullName: must be of the form @publisher/name'],
  ['a bad digest', json({ digest: 'abc' }), 'skills.0.digest: must be 64 hexadecimal digits'],
  ['a bad key id', json({ keyId: 'rsa:1' }), 'skills.0.keyId: '],
  ['a bad registry', json({ registry: 'file:///etc' }), 'skills.0.registry: '],
  ['no installs', json({ installs: [] }), 'skills.0.installs: '],
  ['an unknown field', json({ scripts: ['x'] }), 'Unrecognized key'],
])('a lock with %s is refused and says why', (_, text, reason) => {
  expect(() => parseLock(text)).toThrow(expect.objectContaining({ code: 'lock.invalid' }))
  expect(() => parseLock(text)).toThrow(new RegExp(reason))
})

test.each(['../x', 'a/../../x', '/etc/x', 'C:/x', 'a\\..\\x', './x', 'a/./b', 'a//b', 'a/', '', '..', 'a/..', 'x\n'])(
  'a lock may not point at %j, outside of the project',
  (path) => {
    expect(() => parseLock(json({ installs: [{ agent: 'cursor', path }] }))).toThrow(/installs\.0\.path/)
  },
)

test('a lock of a newer version says to update', () => {
  expect(() => parseLock('{"version":2}')).toThrow(/newer version.*Update guildhall/)
})
