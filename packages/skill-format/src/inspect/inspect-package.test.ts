import { expect, test } from 'vitest'
import type { PackageFiles } from '../package-files.ts'
import { inspectPackage, isPublishable } from './inspect-package.ts'

const encode = (text: string) => new TextEncoder().encode(text)

const manifest = { name: 'word-count', version: '1.0.0', kind: 'javascript', entry: 'bot-logic.js', actions: ['count'] }
const actions = {
  count: { description: 'Counts.', input: { type: 'object' }, output: { type: 'object' } },
  spare: { description: 'Not offered.', input: {}, output: {} },
}
const many = (prefix: string) =>
  Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`${prefix}${index}`, '*']))
const skillMd = '---\nname: word-count\ndescription: Counts words.\n---\nBody.\n'

type Parts = Partial<Record<string, unknown>>

/** A sound executable package, with parts replaced; undefined takes a part away. */
function executable(change: Parts = {}): PackageFiles {
  const parts: Parts = {
    'SKILL.md': skillMd,
    'manifest.json': manifest,
    'action-schema.json': actions,
    'permissions.json': {},
    'bot-logic.js': 'export async function count() { return {} }\n',
    ...change,
  }
  const files = new Map<string, Uint8Array>()
  for (const [path, part] of Object.entries(parts)) {
    if (part !== undefined) files.set(path, encode(typeof part === 'string' ? part : JSON.stringify(part, null, 2)))
  }
  return files
}

test('a sound executable package is publishable and offers what its manifest names', () => {
  const inspection = inspectPackage(executable())
  expect(inspection.conformance.findings).toEqual([])
  expect(isPublishable(inspection)).toBe(true)
  expect(inspection.summary?.actions).toEqual({ count: { ...actions.count, idempotent: false, timeoutMs: 30_000 } })
})

test.each<[string, Parts, { rule: string; file: string; line: number | null; message: RegExp }]>([
  [
    'a manifest that is no JSON',
    { 'manifest.json': '{"name": }' },
    { rule: 'json.invalid', file: 'manifest.json', line: null, message: /is not JSON/ },
  ],
  [
    'an unknown kind',
    { 'manifest.json': { ...manifest, kind: 'rust' } },
    { rule: 'manifest.invalid', file: 'manifest.json', line: 4, message: /^kind: / },
  ],
  [
    'a version that is none',
    { 'manifest.json': { ...manifest, version: '1.0' } },
    { rule: 'manifest.invalid', file: 'manifest.json', line: 3, message: /semantic version/ },
  ],
  [
    'an entry that is not there',
    { 'bot-logic.js': undefined },
    { rule: 'manifest.entry-missing', file: 'manifest.json', line: 5, message: /bot-logic\.js is not in the package/ },
  ],
  [
    'an entry of another kind',
    { 'manifest.json': { ...manifest, kind: 'python' } },
    { rule: 'manifest.entry-kind', file: 'manifest.json', line: 5, message: /python skill cannot be bot-logic\.js/ },
  ],
  [
    'an entry outside',
    { 'manifest.json': { ...manifest, entry: '../evil.js' } },
    { rule: 'manifest.entry-missing', file: 'manifest.json', line: 5, message: /not in the package/ },
  ],
  [
    'another name than SKILL.md',
    { 'manifest.json': { ...manifest, name: 'other' } },
    {
      rule: 'manifest.name-differs',
      file: 'manifest.json',
      line: null,
      message: /says other, SKILL\.md says word-count/,
    },
  ],
  [
    'an action that is not described',
    { 'manifest.json': { ...manifest, actions: ['count', 'guess'] } },
    { rule: 'manifest.action-unknown', file: 'manifest.json', line: null, message: /offers the action guess/ },
  ],
  [
    'a dependency without publisher',
    { 'manifest.json': { ...manifest, dependencies: { geocode: '^1' } } },
    { rule: 'manifest.dependency', file: 'manifest.json', line: 10, message: /@publisher\/name/ },
  ],
  [
    'a dependency without range',
    { 'manifest.json': { ...manifest, dependencies: { '@acme/geocode': 'soon' } } },
    { rule: 'manifest.dependency', file: 'manifest.json', line: 10, message: /soon is not a version range/ },
  ],
  [
    'a dependency on nothing in particular',
    { 'manifest.json': { ...manifest, dependencies: { '@acme/geocode': '' } } },
    { rule: 'manifest.dependency', file: 'manifest.json', line: 10, message: /nothing is not a version range/ },
  ],
  [
    'more dependencies than anybody can look after',
    { 'manifest.json': { ...manifest, dependencies: many('@acme/s') } },
    { rule: 'manifest.dependency', file: 'manifest.json', line: 10, message: /101 skills are named/ },
  ],
  [
    'a call of a skill without publisher',
    { 'permissions.json': { skills: ['@acme/geocode@^1', 'geocode@^1'] } },
    { rule: 'permissions.skill', file: 'permissions.json', line: 4, message: /geocode is not of the form/ },
  ],
  [
    'a call of a skill at a tag',
    { 'permissions.json': { skills: ['@acme/geocode@latest'] } },
    { rule: 'permissions.skill', file: 'permissions.json', line: 3, message: /latest is not a version range/ },
  ],
  [
    'no actions',
    { 'action-schema.json': undefined },
    { rule: 'action-schema.missing', file: 'action-schema.json', line: null, message: /at least one action/ },
  ],
  [
    'an action without output',
    { 'action-schema.json': { count: { description: 'x', input: {} } } },
    { rule: 'action-schema.invalid', file: 'action-schema.json', line: 2, message: /^count\.output: / },
  ],
  [
    'an input that is no JSON Schema',
    { 'action-schema.json': { count: { ...actions.count, input: { type: 'text' } } } },
    {
      rule: 'action-schema.json-schema',
      file: 'action-schema.json',
      line: 5,
      message: /^count\.input\.type must be one/,
    },
  ],
  [
    'permissions that nobody knows',
    { 'permissions.json': { root: true } },
    { rule: 'permissions.invalid', file: 'permissions.json', line: 1, message: /root/ },
  ],
  [
    'a bad host',
    { 'permissions.json': { network: { hosts: ['http://x'] } } },
    { rule: 'permissions.invalid', file: 'permissions.json', line: 4, message: /^network/ },
  ],
  [
    'a workflow that is a list',
    { 'manifest.json': { ...manifest, kind: 'workflow', entry: 'workflow.json' }, 'workflow.json': [] },
    { rule: 'workflow.invalid', file: 'workflow.json', line: 1, message: /JSON object/ },
  ],
  [
    'a mini-app whose UI is no JSON',
    { 'ui-schema.json': '{' },
    { rule: 'json.invalid', file: 'ui-schema.json', line: null, message: /is not JSON/ },
  ],
  [
    'JSON nested without end',
    { 'ui-schema.json': `${'['.repeat(5000)}${']'.repeat(5000)}` },
    { rule: 'json.invalid', file: 'ui-schema.json', line: null, message: /nested deeper than 64/ },
  ],
])('a package with %s cannot be published, and the finding says what and where', (_, change, expected) => {
  const inspection = inspectPackage(executable(change))
  expect(isPublishable(inspection)).toBe(false)
  const finding = inspection.conformance.findings.find((one) => one.severity === 'error')
  expect(finding).toMatchObject({ ...expected, message: expect.stringMatching(expected.message) })
  expect(finding?.remedy).not.toBe('')
})

test('a tool that the code names and the permissions do not is warned of, with its line', () => {
  const code = '// first\nexport const count = (input, ctx) => ctx.tools.csv.parse({ text: input.text })\n'
  const inspection = inspectPackage(executable({ 'bot-logic.js': code }))
  expect(inspection.conformance.findings).toMatchObject([
    { rule: 'permissions.tool-undeclared', severity: 'warning', file: 'bot-logic.js', line: 2 },
  ])
  expect(isPublishable(inspection)).toBe(true)
  const declared = inspectPackage(executable({ 'bot-logic.js': code, 'permissions.json': { tools: ['csv.parse'] } }))
  expect(declared.conformance.findings).toEqual([])
})

test('a tool that needs no permission of its own name is not warned of, and one that does not exist is', () => {
  const code = `export const count = async (input, ctx) => {
    await ctx.tools.file.write({ path: 'a', content: '' })
    return ctx.tools.csv.guess({})
  }`
  const permissions = { fileSystem: { write: true } }
  const inspection = inspectPackage(executable({ 'bot-logic.js': code, 'permissions.json': permissions }))
  expect(inspection.conformance.findings).toMatchObject([
    {
      rule: 'permissions.tool-undeclared',
      line: 3,
      message: expect.stringContaining('csv.guess, which does not exist'),
    },
  ])
})

test('permissions that cannot be understood are never taken for none', () => {
  expect(inspectPackage(executable({ 'permissions.json': '{"ai": "maybe"}' })).summary).toBeNull()
  expect(
    inspectPackage(
      new Map([
        ['SKILL.md', encode(skillMd)],
        ['permissions.json', encode('nonsense')],
      ]),
    ).summary,
  ).toBeNull()
})

test('without SKILL.md and without a description nothing can be said', () => {
  const inspection = inspectPackage(executable({ 'SKILL.md': undefined }))
  expect(inspection.conformance.level).toBe('none')
  expect(inspection.conformance.findings.map((one) => one.rule)).toEqual([
    'spec.missing',
    'manifest.description-missing',
  ])
})

const instructions = (frontmatter: string, body = 'Body.\n'): PackageFiles =>
  new Map([['SKILL.md', encode(`---\n${frontmatter}---\n${body}`)]])

test.each([
  ['none', 'name: a\n', ['spec.description-missing']],
  ['loadable', 'name: a\ndescription: d\nversion: 1.0.0\n', ['spec.unexpected-field']],
  ['loadable', 'name: A b\ndescription: d\n', ['spec.name-case', 'spec.name-characters']],
  ['loadable', 'name: a\ndescription: d\nallowed-tools: [Bash]\n', ['spec.yaml']],
  ['none', 'name: a\ndescription: use when: asked\n', ['spec.yaml']],
  ['spec', 'name: café\ndescription: d\n', ['portable.name-ascii', 'name.not-registrable']],
  ['spec', 'name: a\ndescription: a <b> c\n', ['portable.description-angle']],
  ['spec', 'name: a\ndescription: d ', ['portable.closing-fence']],
  ['portable', 'name: a\ndescription: d\n', []],
])('the level is %s for %j', (level, frontmatter, rules) => {
  const { conformance } = inspectPackage(instructions(frontmatter))
  expect(conformance.level).toBe(level)
  expect(conformance.findings.map((one) => one.rule)).toEqual(rules)
})

test('a long SKILL.md is not portable', () => {
  const lines = (count: number) => instructions('name: a\ndescription: d\n', 'x\n'.repeat(count - 4))
  expect(inspectPackage(lines(499)).conformance.level).toBe('portable')
  expect(inspectPackage(lines(500)).conformance.findings).toMatchObject([{ rule: 'portable.too-long', line: 500 }])
})

test('findings of the specification point at their line', () => {
  const { conformance } = inspectPackage(instructions('description: d\nname: Bad_Name\nlicence: MIT\n'))
  expect(conformance.findings.map(({ rule, file, line }) => [rule, file, line])).toEqual([
    ['spec.unexpected-field', 'SKILL.md', 4],
    ['spec.name-case', 'SKILL.md', 3],
    ['spec.name-characters', 'SKILL.md', 3],
  ])
})

test('metadata that the registry cannot use is left out with a warning', () => {
  const metadata = 'metadata:\n  version: 1.0\n  category: cooking\n  tags: a, a, , b\n'
  const { conformance, summary } = inspectPackage(instructions(`name: a\ndescription: d\n${metadata}`))
  expect(summary).toMatchObject({ version: null, category: null, tags: ['a', 'b'] })
  expect(conformance.findings.map(({ rule, severity, line }) => [rule, severity, line])).toEqual([
    ['metadata.version', 'warning', 4],
    ['metadata.category', 'warning', 4],
  ])
})

test('skills that an instructions skill needs stand in its metadata', () => {
  const written = 'metadata:\n  dependencies: "@acme/geocode@^1.2.0 @acme/maps @b/c@>=1.0.0-rc.1"\n'
  const { conformance, summary } = inspectPackage(instructions(`name: a\ndescription: d\n${written}`))
  expect(summary?.dependencies).toEqual({ '@acme/geocode': '^1.2.0', '@acme/maps': '*', '@b/c': '>=1.0.0-rc.1' })
  expect(conformance.findings).toEqual([])
})

test.each([
  ['python>=3.8, pandas', 'metadata.dependencies', 'warning'],
  ['"@acme/geocode@soon"', 'metadata.dependency', 'error'],
  ['"@acme/geocode geocode@^1"', 'metadata.dependency', 'error'],
  ['"@acme/geocode@^1 @acme/geocode@^2"', 'metadata.dependency', 'error'],
])('metadata dependencies %s get the finding %s of severity %s', (text, rule, severity) => {
  const metadata = `metadata:\n  dependencies: ${text}\n`
  const { conformance, summary } = inspectPackage(instructions(`name: a\ndescription: d\n${metadata}`))
  expect(conformance.findings).toMatchObject([{ rule, severity, file: 'SKILL.md', line: 4 }])
  expect({ level: conformance.level, needs: summary?.dependencies }).toEqual({ level: 'portable', needs: {} })
})

test('a skill that depends on itself cannot be published, where its publisher is known', () => {
  const files = executable({ 'manifest.json': { ...manifest, dependencies: { '@acme/word-count': '*' } } })
  expect(isPublishable(inspectPackage(files, { publisher: 'other' }))).toBe(true)
  const inspection = inspectPackage(files, { publisher: 'acme' })
  expect(inspection.conformance.findings).toMatchObject([{ rule: 'dependency.itself', file: 'manifest.json' }])
  expect(isPublishable(inspection)).toBe(false)
})

test('skill.md is read where there is no SKILL.md, and SKILL.md goes first', () => {
  const lower = new Map([['skill.md', encode('---\nname: a\ndescription: d\n---\n')]])
  expect(inspectPackage(lower).summary?.name).toBe('a')
  expect(inspectPackage(new Map([...lower, ['SKILL.md', encode(skillMd)]])).summary?.name).toBe('word-count')
})

test('two thousand skills are inspected in under two seconds of CPU time', () => {
  const files = instructions(
    `name: a\ndescription: ${'words and more words '.repeat(20)}\nlicense: MIT\nmetadata:\n  version: 1.0.0\n  tags: a, b\n`,
    'A line of text.\n'.repeat(200),
  )
  const before = process.cpuUsage()
  for (let count = 0; count < 2000; count += 1) inspectPackage(files, { directoryName: 'a' })
  // The goal is 15,000 in 15 s; CPU time, because other tests run beside this one.
  const { user } = process.cpuUsage(before)
  expect(user / 1000).toBeLessThan(2000)
})
