import fc from 'fast-check'
import { FAILSAFE_SCHEMA, load } from 'js-yaml'
import { expect, test } from 'vitest'
import { inspectPackage } from '../src/index.ts'
import { parseStrictYaml, type StrictValue } from '../src/inspect/strict-yaml.ts'

/** Pieces of YAML that mean something, put together without regard for whether they fit. */
const TEXTS = [
  'a',
  'b c',
  '1.0',
  'true',
  '~',
  'é',
  '"q"',
  "'s'",
  "'it''s'",
  '"x\\ty"',
  '"\\x41\\u00e9"',
  '"a\n  b"',
  "'c\n\n  d'",
]
const MARKS = [
  '# c',
  'a #b',
  'a# b',
  'x:y',
  'x: y',
  '- i',
  '-',
  '--',
  '---',
  '...',
  '|',
  '>',
  '|-',
  '>+',
  '|2',
  '?',
  ':',
  '<<',
  '%',
]
const ODDITIES = [
  '@',
  '`',
  '!',
  '!t',
  '&a',
  '*a',
  '{',
  '}',
  '[',
  ']',
  ',',
  '{a: b}',
  '[c]',
  '\\',
  '\t',
  '\u00a0',
  '\u2028',
  '\u0000',
  '=',
]
const word = fc.constantFrom(...TEXTS, ...MARKS, ...ODDITIES)
const line = fc
  .tuple(
    fc.constantFrom('', '', '  ', '    ', ' ', '\t'),
    fc.constantFrom('', 'name: ', 'description: ', 'a: ', 'b:', '"k": ', '- ', '? ', '# ', '- a: '),
    fc.array(word, { maxLength: 3 }).map((words) => words.join(' ')),
  )
  .map((parts) => parts.join(''))
const frontmatter = fc.array(line, { maxLength: 7 }).map((lines) => `\n${lines.join('\n')}\n`)

/** For a machine that does much else; alone it takes two seconds. */
const PATIENCE_MS = 120_000

/** Absent until it is read, so that a value of null can be told from a refusal. */
function secondReading(source: string): { value: unknown } | null {
  try {
    return { value: plain(load(source, { schema: FAILSAFE_SCHEMA })) }
  } catch {
    return null
  }
}

/** Texts, lists and records; nothing is an empty text, as for the reference validator. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}

function ours(value: StrictValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, ours(one)]))
  return Array.isArray(value) ? value.map(ours) : value
}

test(
  'where a second YAML reader accepts a frontmatter too, both read the same values',
  () => {
    let agreed = 0
    fc.assert(
      fc.property(frontmatter, (source) => {
        const first = parseStrictYaml(source)
        const second = secondReading(source)
        // A text alone is no frontmatter, and there the two differ in where comments begin.
        if (first.status === 'invalid' || second === null || typeof first.value === 'string') return
        expect(ours(first.value)).toEqual(second.value)
        agreed += 1
      }),
      { numRuns: 4000 },
    )
    expect(agreed).toBeGreaterThan(100)
  },
  PATIENCE_MS,
)

test(
  'no frontmatter crashes the inspection, and its verdict agrees with its messages',
  () => {
    fc.assert(
      fc.property(frontmatter, fc.constantFrom('\n', '\r\n', '\r'), (source, lineEnd) => {
        const text = `---${source}---\nBody\n`.replaceAll('\n', lineEnd)
        const { conformance } = inspectPackage(new Map([['SKILL.md', new TextEncoder().encode(text)]]))
        const isSpec = conformance.level === 'spec' || conformance.level === 'portable'
        expect(isSpec).toBe(conformance.specErrors.length === 0)
      }),
      { numRuns: 2000 },
    )
  },
  PATIENCE_MS,
)
