import { expect, test } from 'vitest'
import { parseStrictYaml, type StrictValue } from './strict-yaml.ts'

function plain(value: StrictValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]))
  return Array.isArray(value) ? value.map(plain) : value
}

test.each<[string, unknown]>([
  ['a: b', { a: 'b' }],
  [
    '\nname: 123\nflag: true\nnothing: null\ntilde: ~\nempty:\n',
    { name: '123', flag: 'true', nothing: 'null', tilde: '~', empty: '' },
  ],
  ["\na: 'it''s\tso'\n", { a: "it's\tso" }],
  ['\na: b # with a\ttab\n', { a: 'b' }],
  ['\na: |\n  x\ty\n', { a: 'x\ty\n' }],
  ['\na: |-\n  x\ty', { a: 'x\ty' }],
  ['\na: x {y} [z] & * !\n', { a: 'x {y} [z] & * !' }],
  ['\n? a\n: b\n', { a: 'b' }],
  ['\na:\n- b\n- c\n', { a: ['b', 'c'] }],
  ['\n<<: a\n', { '<<': 'a' }],
  ['\n- a\n', ['a']],
  ['\n', ''],
])('StrictYAML reads %j', (source, expected) => {
  const result = parseStrictYaml(source)
  expect(result.status === 'parsed' ? plain(result.value) : result.message).toEqual(expected)
})

test.each([
  ['"x\ny"', 'x y'],
  ["'x\ny ''z''\n\nw'", "x y 'z'\nw"],
])('a quoted text that was wrapped without indentation is read: %j', (quoted, text) => {
  const result = parseStrictYaml(`\na: ${quoted}\nb: c\n`)
  expect(result.status === 'parsed' ? plain(result.value) : result.message).toEqual({ a: text, b: 'c' })
})

test.each<[string, RegExp, number | null]>([
  ['\na: b\nc: [d]\n', /lists in brackets/, 3],
  ['\na: {{x}}\n', /mappings in braces/, 2],
  ['\na: &x b\n', /anchors/, 2],
  ['\na: *x\n', /aliases/, 2],
  ['\na: !!str b\n', /tags/, 2],
  ['\na: b\na: c\n', /the key a comes twice/, 3],
  ['\na:\tb\n', /a tab stands/, 2],
  ['\na: b\tc\n', /a tab stands/, 2],
  ['\na: b\n  c\td\n', /a tab stands/, 2],
  ['\na: b\n \t\nc: d\n', /a tab stands/, 3],
  ['\na: b: c\n', /Nested mappings/, 2],
  ['\na: - b\n', /block-seq/, 2],
  ['\na: @b\n', /reserved character/, 2],
  ['\na: >b\n', /Block scalar header/, 2],
  ['\nx:\n  a: 1\ny:\n    b: 1\n', /indented differently/, 5],
  ['\n? - a\n: b\n', /a key must be a plain text/, 2],
  ['\na: b\n...\nc: d\n', /multiple documents/, 4],
  ['\na: b\u0000\n', /control character/, 2],
  ['\na: "b\n', /Missing closing/, 3],
])('StrictYAML refuses %j with a reason and a line', (source, reason, line) => {
  const result = parseStrictYaml(source)
  expect(result).toEqual({ status: 'invalid', message: expect.stringMatching(reason), line })
})

test.each([
  ['brackets', `\na: ${'['.repeat(30_000)}`],
  ['lists in lists', `\n${'- '.repeat(15_000)}`],
  ['keys in keys', `\n${Array.from({ length: 240 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')}`],
  ['open quotes', '\na: "\n'.repeat(6_000)],
  ['sheer size', `\na: ${'x'.repeat(70_000)}\n`],
])('hostile frontmatter of %s is answered within a second of CPU time', (_, source) => {
  const before = process.cpuUsage()
  expect(['parsed', 'invalid']).toContain(parseStrictYaml(source).status)
  const { user } = process.cpuUsage(before)
  expect(user / 1000).toBeLessThan(1000)
})
