import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { ConformanceLevel } from '@guildhall/contracts'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { readSkillMd } from '../inspect/read-skill-md.ts'
import { fixSkillMd } from './fix-skill-md.ts'

const levels: readonly ConformanceLevel[] = ['none', 'loadable', 'spec', 'portable']
const read = (text: string, directory?: string) =>
  readSkillMd(new Map([['SKILL.md', new TextEncoder().encode(text)]]), directory)
const rank = (text: string, directory?: string) => levels.indexOf(read(text, directory).level)

const body = '# Title\n\n--- not a fence\r\n{{x}}\n'
const skill = (frontmatter: string) => `---\n${frontmatter}---\n${body}`

test.each<[string, string, string, string[]]>([
  [
    'a byte order mark',
    `\ufeff${skill('name: a\ndescription: d\n')}`,
    skill('name: a\ndescription: d\n'),
    ['fix.byte-order-mark'],
  ],
  [
    'blank lines in front',
    `\n\n${skill('name: a\ndescription: d\n')}`,
    skill('name: a\ndescription: d\n'),
    ['fix.opening-fence'],
  ],
  [
    'no closing line',
    '---\nname: a\ndescription: d\n\n# Title\n',
    '---\nname: a\ndescription: d\n---\n\n# Title\n',
    ['fix.closing-fence'],
  ],
  [
    'a long closing line',
    '---\nname: a\ndescription: d\n-----\nx\n',
    '---\nname: a\ndescription: d\n---\nx\n',
    ['fix.closing-fence'],
  ],
  [
    'a closing line with text',
    '---\nname: a\ndescription: d\n---x\n',
    '---\nname: a\ndescription: d\n---\nx\n',
    ['fix.closing-fence'],
  ],
  [
    'a colon in a text',
    skill('name: a\ndescription: Use when: asked\n'),
    skill('name: a\ndescription: "Use when: asked"\n'),
    ['fix.yaml'],
  ],
  [
    'a text of several lines with a colon',
    skill('name: a\ndescription: Use when: asked\n  and #later\nlicense: x\n'),
    skill('name: a\ndescription: "Use when: asked and #later"\nlicense: x\n'),
    ['fix.yaml'],
  ],
  [
    'quotes in quotes',
    skill('name: a\ndescription: "say "hi" now"\n'),
    skill('name: a\ndescription: say "hi" now\n'),
    ['fix.yaml'],
  ],
  [
    'what looks like a reference',
    skill('name: a\ndescription: *bold* text\n'),
    skill('name: a\ndescription: "*bold* text"\n'),
    ['fix.yaml'],
  ],
  ['a template', skill('name: a\ndescription: {{what}}\n'), skill('name: a\ndescription: "{{what}}"\n'), ['fix.yaml']],
  [
    'a list in brackets',
    skill('name: a\ndescription: d\nallowed-tools: [Read, "1.0"]\n'),
    skill('name: a\ndescription: d\nallowed-tools:\n  - Read\n  - "1.0"\n'),
    ['fix.yaml'],
  ],
  [
    'braces inside metadata',
    skill('name: a\ndescription: d\nmetadata: {version: 1.10, more: {x: [y]}}\n'),
    skill('name: a\ndescription: d\nmetadata:\n  version: 1.10\n  more:\n    x:\n      - y\n'),
    ['fix.yaml'],
  ],
  [
    'tabs',
    skill('name:\ta\ndescription: d\nmetadata:\n\tk: v\n'),
    skill('name: a\ndescription: d\nmetadata:\n  k: v\n'),
    ['fix.yaml', 'fix.yaml'],
  ],
  [
    'three hyphens inside',
    skill('name: a\n# ----\ndescription: b --- c\n'),
    skill('name: a\n# ====\ndescription: "b \\x2d-- c"\n'),
    ['fix.yaml', 'fix.yaml'],
  ],
  [
    'fields that nobody knows',
    skill('name: a\nversion: 1.10 # soon\ndescription: d\nmetadata:\n    author: b\nhooks:\n- c\n'),
    skill('name: a\ndescription: d\nmetadata:\n    author: b\n    version: 1.10 # soon\n    hooks:\n    - c\n'),
    ['fix.unknown-field', 'fix.unknown-field'],
  ],
  [
    'a name for people',
    skill('name: PDF Reader\ndescription: d\n'),
    skill('name: pdf-reader\ndescription: d\nmetadata:\n  display-name: PDF Reader\n'),
    ['fix.name'],
  ],
  [
    'underscores in a name',
    skill('name: pdf_reader\ndescription: d\n'),
    skill('name: pdf-reader\ndescription: d\n'),
    ['fix.name'],
  ],
  [
    'a list of compatibilities',
    skill('name: a\ndescription: d\ncompatibility: [x, y]\n'),
    skill('name: a\ndescription: d\ncompatibility: x, y\n'),
    ['fix.yaml', 'fix.compatibility'],
  ],
])('%s is mended, and said', (_, before, after, rules) => {
  const fixed = fixSkillMd(before)
  expect(fixed.text).toBe(after)
  expect(fixed.fixes.map(({ rule }) => rule)).toEqual(rules)
  expect(rank(fixed.text)).toBeGreaterThan(rank(before))
})

test('the name becomes that of the folder, and the old one is kept for people', () => {
  const { text, fixes } = fixSkillMd(skill('name: other\ndescription: d\n'), 'a')
  expect(text).toBe(skill('name: a\ndescription: d\nmetadata:\n  display-name: other\n'))
  expect(fixes).toEqual([{ rule: 'fix.name', line: 2, message: 'The name other became a' }])
  expect(fixSkillMd(skill('description: d\n'), 'a').text).toBe(skill('name: a\ndescription: d\n'))
})

test.each([
  ['a broken quote', skill('name: a\ndescription: "x\n')],
  ['a name that would be lost', skill('name: Other\ndescription: d\nmetadata:\n  display-name: x\n')],
  ['a field that stands twice', skill('name: a\ndescription: d\nmodel: x\nmodel: y\n')],
  ['a field whose place is taken', skill('name: a\ndescription: d\nversion: 1\nmetadata:\n  version: 2\n')],
  ['metadata that is a text', skill('name: a\ndescription: d\nversion: 1\nmetadata: x\n')],
  ['a text that is too long', skill(`name: a\ndescription: ${'x'.repeat(1025)}\n`)],
  ['no frontmatter', '# Title\n---\nname: a\ndescription: d\n---\n'],
  ['an end that nobody can tell', '---\nname: a\nThis is text\n'],
  ['nothing wrong', skill('name: a\ndescription: d\n')],
])('%s is left as it is', (_, text) => {
  expect(fixSkillMd(text)).toEqual({ text, fixes: [] })
})

test('line ends stay what they were', () => {
  const crlf = (text: string) => text.replaceAll(/\r?\n/g, '\r\n')
  const before = skill('name: a\ndescription: d\nallowed-tools: [x]\nversion: 1\n')
  const after = skill('name: a\ndescription: d\nallowed-tools:\n  - x\nmetadata:\n  version: 1\n')
  expect(fixSkillMd(crlf(before)).text).toBe(crlf(after))
})

/** Words of a text, however they are quoted, escaped or cased. */
function wordsOf(text: string): string[] {
  return (
    text
      .replaceAll(/\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)/gi, ' ')
      .toLowerCase()
      .match(/[a-z0-9é]+/g) ?? []
  ).sort()
}

function lostWords(before: string, after: string): string[] {
  const left = new Map<string, number>()
  for (const word of wordsOf(after)) left.set(word, (left.get(word) ?? 0) + 1)
  return wordsOf(before).filter((word) => {
    const count = left.get(word) ?? 0
    left.set(word, count - 1)
    return count === 0
  })
}

function checkFix(text: string, directory: string | undefined): void {
  const fixed = fixSkillMd(text, directory)
  expect(fixed.fixes.length === 0).toBe(fixed.text === text)
  expect(rank(fixed.text, directory)).toBeGreaterThanOrEqual(rank(text, directory))
  expect(fixSkillMd(fixed.text, directory)).toEqual({ text: fixed.text, fixes: [] })
  expect(lostWords(text, fixed.text)).toEqual([])
}

const key = fc.constantFrom(
  'name',
  'description',
  'license',
  'metadata',
  'allowed-tools',
  'compatibility',
  'version',
  'tags',
  '"model"',
  'a b',
)
const word = fc.constantFrom(
  'a',
  'Word two',
  'x: y',
  '[a, b]',
  '{a: b}',
  '*r',
  '&r z',
  '!t u',
  '"q"',
  '"q" r',
  "'s",
  "'s'",
  '--- t',
  '---',
  '-----',
  '# c',
  '|',
  '>',
  '\tx',
  '- i',
  '1.0',
  'é',
  '{{v}}',
  '\\n',
  '@p',
  '%p',
  '`p`',
  '? k',
  '~',
)
const value = fc.array(word, { maxLength: 4 }).map((words) => words.join(' '))
const more = fc.oneof(
  { weight: 5, arbitrary: fc.constant('') },
  value.map((text) => `\n  ${text}`),
  value.map((text) => `\n\t${text}`),
  fc.tuple(key, value).map(([name, text]) => `\n  ${name}: ${text}`),
  fc.tuple(key, value).map(([name, text]) => `\n    ${name}: ${text}\n    z: y`),
  value.map((text) => `\n- ${text}`),
  value.map((text) => `\n${text}`),
)
const field = fc.tuple(key, fc.constantFrom(': ', ':', ':\t', ' : '), value, more).map((parts) => parts.join(''))
const files = fc
  .record({
    start: fc.constantFrom('---\n', '---\n', '---\n', '\ufeff---\n', '\n---\n', '--- \n', ''),
    fields: fc.array(fc.oneof({ weight: 8, arbitrary: field }, value), { maxLength: 6 }),
    end: fc.constantFrom('\n---\n', '\n---\n', '\n---', '---\n', '\n-----\n', '\n\n', '\n', '\n--- x\n'),
    body: fc.constantFrom('', 'Body\n', '\n# Title\n---\nx: y\n'),
    lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
  })
  .map(({ start, fields, end, body: rest, lineEnd }) =>
    `${start}${fields.join('\n')}${end}${rest}`.replaceAll('\n', lineEnd),
  )

test('nothing is lost, a second time changes nothing, and no level becomes lower, whatever the text', () => {
  fc.assert(fc.property(files, fc.constantFrom(undefined, 'a', 'Not A Name'), checkFix), { numRuns: 1500 })
}, 120_000)

test('the same holds for what people got wrong when the reference validator was measured', () => {
  const path = join(import.meta.dirname, '../../../../fixtures/skills/reference-cases.json')
  const Cases = z.object({ cases: z.array(z.object({ directory: z.string(), skillMdBase64: z.base64() })) })
  const { cases } = Cases.parse(JSON.parse(readFileSync(path, 'utf8')))
  const mended = cases.filter(({ directory, skillMdBase64 }) => {
    const text = Buffer.from(skillMdBase64, 'base64').toString('utf8')
    checkFix(text, directory)
    return rank(fixSkillMd(text, directory).text, directory) > rank(text, directory)
  })
  expect(mended.length).toBeGreaterThan(0)
})
