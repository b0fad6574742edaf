import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyLock, formatLock, type Lock, type LockedSkill, parseLock } from './lock-file.ts'

const skill: LockedSkill = {
  name: '@acme/seo-writer',
  version: '1.2.3',
  digest: 'ab'.repeat(32),
  keyIds: ['ed25519:0123456789abcdef'],
  source: { kind: 'registry', url: 'https://guildhall.example' },
  requested: '^1.2.3',
  direct: true,
  dependencies: { '@acme/zeta': '^1.0.0', '@acme/beta': '*' },
  installs: [
    { agent: 'universal', path: '.agents/skills/seo-writer', mode: 'copy' },
    { agent: 'claude-code', path: '.claude/skills/seo-writer', mode: 'symlink' },
  ],
}

const unsigned: LockedSkill = {
  ...skill,
  name: 'pdf',
  version: null,
  keyIds: [],
  source: {
    kind: 'git',
    repository: 'https://git.example/a/b.git',
    ref: null,
    commit: 'c'.repeat(40),
    path: 'skills/pdf',
  },
  requested: null,
  dependencies: {},
  installs: [{ agent: 'claude-code', path: '.claude/skills/pdf', mode: 'copy' }],
}

const json = (change: object, base = skill): string => JSON.stringify({ version: 2, skills: [{ ...base, ...change }] })
const at = (name: string, mode = 'copy') => [{ agent: 'cursor', path: name, mode }]

test('a lock is written sorted and read again', () => {
  const text = formatLock({
    version: 2,
    skills: [skill, unsigned, { ...renamed('@acme/alpha'), signedAs: '@acme/old' }],
  })
  expect(text.endsWith('\n')).toBe(true)
  const read = parseLock(text)
  expect(read.skills.map((one) => one.name)).toEqual(['@acme/alpha', '@acme/seo-writer', 'pdf'])
  expect(read.skills[1]?.installs.map((one) => one.agent)).toEqual(['claude-code', 'universal'])
  expect(Object.keys(read.skills[1]?.dependencies ?? {})).toEqual(['@acme/beta', '@acme/zeta'])
  expect(read.skills[0]?.signedAs).toBe('@acme/old')
  expect(read.skills[2]).toEqual(unsigned)
  expect(parseLock(formatLock(emptyLock))).toEqual(emptyLock)
})

function renamed(name: `@acme/${string}`): LockedSkill {
  const installs = skill.installs.map((one) => ({ ...one, path: one.path.replace('seo-writer', name.slice(6)) }))
  return { ...skill, name, installs }
}

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 8 })

test('the same lock gives the same text, in whatever order it was put together', () => {
  fc.assert(
    fc.property(names, fc.boolean(), (all, isReversed) => {
      const lock: Lock = { version: 2, skills: all.map((name) => renamed(`@acme/${name}`)) }
      const turned = isReversed ? lock.skills.toReversed().map(turnedInside) : lock.skills
      expect(formatLock({ ...lock, skills: turned })).toBe(formatLock(parseLock(formatLock(lock))))
    }),
  )
})

const turnedInside = (one: LockedSkill): LockedSkill => ({
  ...one,
  installs: one.installs.toReversed(),
  dependencies: Object.fromEntries(Object.entries(one.dependencies).toReversed()),
})

test('a lock of version 1 is read as one of version 2 that says the same, and stays so', () => {
  const skillsOfVersion1 = names.chain((all) =>
    fc.tuple(
      ...all.map((name) =>
        fc.record({
          fullName: fc.constant(`@acme/${name}`),
          version: fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join('.')),
          digest: fc.stringMatching(/^[0-9a-f]{64}$/),
          keyId: fc.stringMatching(/^[0-9a-f]{16}$/).map((hex) => `ed25519:${hex}`),
          registry: fc.constantFrom('https://guildhall.example', 'http://127.0.0.1:3000'),
          installs: fc.subarray(
            [
              { agent: 'cursor', path: `.cursor/skills/${name}` },
              { agent: 'claude-code', path: `.claude/skills/${name}` },
            ],
            { minLength: 1 },
          ),
        }),
      ),
    ),
  )
  fc.assert(
    fc.property(skillsOfVersion1, (skills) => {
      const read = parseLock(JSON.stringify({ version: 1, skills }))
      const said = read.skills.map(({ name, version, digest, keyIds: [keyId], source, installs }) => ({
        fullName: name,
        version,
        digest,
        keyId,
        registry: source.kind === 'registry' ? source.url : null,
        installs: installs.map(({ agent, path }) => ({ agent, path })),
      }))
      expect(said).toEqual(skills)
      expect(read.skills.every((one) => one.direct && one.requested === `^${one.version}`)).toBe(true)
      expect(formatLock(parseLock(formatLock(read)))).toBe(formatLock(read))
    }),
  )
})

test.each([
  ['nothing', '', 'is not valid JSON|Unexpected end'],
  ['a list', '[]', 'the file: '],
  ['no version', '{"skills":[]}', 'version: '],
  ['merge conflicts', '<<<<<<< ours\n{}\n>>>>>>> theirs\n', 'merge conflicts'],
  ['a skill twice', JSON.stringify({ version: 2, skills: [skill, skill] }), 'names a skill twice'],
  [
    'two skills in one folder',
    JSON.stringify({ version: 2, skills: [skill, { ...skill, name: '@evil/seo-writer' }] }),
    'puts two skills into .agents/skills/seo-writer',
  ],
  ['a signed skill without publisher', json({ name: 'seo-writer' }), 'is called @publisher/name'],
  ['an unsigned skill of a publisher', json({ name: '@acme/pdf' }, unsigned), 'and no other is'],
  ['a bad name', json({ name: 'A b' }), 'skills.0.name: '],
  ['a bad digest', json({ digest: 'abc' }), 'skills.0.digest: must be 64 hexadecimal digits'],
  ['a bad key id', json({ keyIds: ['rsa:1'] }), 'skills.0.keyIds.0: '],
  ['a registry without signature', json({ keyIds: [] }), 'is signed'],
  ['a bad registry', json({ source: { kind: 'registry', url: 'file:///etc' } }), 'skills.0.source.url: '],
  ['an unknown source', json({ source: { kind: 'ftp', url: 'x' } }), 'skills.0.source'],
  [
    'a repository that steers the terminal',
    json({ source: { ...unsigned.source, ref: '\u001b[2J' } }, unsigned),
    'ref: must be one line',
  ],
  ['a short commit', json({ source: { ...unsigned.source, commit: 'abc' } }, unsigned), 'must be a full commit'],
  ['no installs', json({ installs: [] }), 'skills.0.installs: '],
  ['a folder of another name', json({ installs: at('.git/hooks') }), 'must bear its name'],
  ['a link to nowhere', json({ installs: at('.cursor/skills/seo-writer', 'symlink') }), 'a link needs a copy'],
  ['an unknown field', json({ scripts: ['x'] }), 'Unrecognized key'],
  [
    'version 1 with a bad digest',
    JSON.stringify({ version: 1, skills: [{ fullName: '@a/b', digest: 'x' }] }),
    'skills.0.',
  ],
])('a lock with %s is refused and says why', (_, text, reason) => {
  expect(() => parseLock(text)).toThrow(expect.objectContaining({ code: 'lock.invalid' }))
  expect(() => parseLock(text)).toThrow(new RegExp(reason))
})

test.each(['../x', 'a/../../x', '/etc/x', 'C:/x', 'a\\..\\x', './x', 'a/./b', 'a//b', 'a/', '', '..', 'a/..', 'x\n'])(
  'a lock may not point at %j, outside of the project',
  (path) => {
    expect(() => parseLock(json({ installs: at(path) }))).toThrow(/installs\.0\.path/)
  },
)

test('a lock of a newer version says to update', () => {
  expect(() => parseLock('{"version":3}')).toThrow(/newer version.*Update guildhall/)
})
