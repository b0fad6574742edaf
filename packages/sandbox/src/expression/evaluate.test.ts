import type { JsonValue } from '@guildhall/contracts'
import { ExpressionError, parseExpression } from '@guildhall/skill-format/workflow'
import { search } from '@jmespath-community/jmespath'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agreedExpression, anyExpression, anyValue, plainValue } from '../../test/expressions.ts'
import { evaluate } from './evaluate.ts'
import { ValueError, type Value } from './value.ts'
import { WorkLimitError, WorkMeter } from './work-meter.ts'

const limits = { unitsPerPiece: 100_000, unitsInAll: 10_000_000, words: { piece: 'a piece', all: 'all pieces' } }

function valueOf(text: string, on: JsonValue): Value {
  const { expression } = parseExpression(text)
  return evaluate(expression, on, { root: on, variables: new Map(), meter: new WorkMeter(limits) })
}

const data: JsonValue = {
  rows: [
    { n: 1, kind: 'x', tags: ['p', 'q'] },
    { n: 2, kind: 'y', tags: [] },
    { n: 3, tags: ['r'] },
  ],
  text: 'héllo wörld',
  numbers: [3, 1, 2],
  names: ['b', 'a', 'c'],
  deep: { x: 1, y: { z: [1, [2, [3]]] } },
  nothing: null,
}

test.each([
  'rows[*].n',
  'rows[?n > `1`].{n: n, kind: kind}',
  'rows[].tags | [0]',
  'rows[].tags[]',
  'rows[*].tags[0]',
  'rows[*][n, kind]',
  'rows[0:2].n',
  'rows[-1].n',
  'rows[?kind].kind',
  "rows[?kind == 'x' || contains(tags, 'r')] | length(@)",
  'numbers[::-1]',
  'numbers[1:]',
  'numbers[5:1:-1]',
  'deep.*',
  'deep.y.z[]',
  '*.x',
  'text[1:3]',
  'sort(names)',
  'sort_by(rows, &n)[-1].n',
  'max_by(rows, &n).n',
  'min_by(rows, &n).n',
  'max(numbers)',
  'min(names)',
  'sum(rows[*].n)',
  'avg(numbers)',
  'map(&(n * `2`), rows)',
  'group_by(rows[?kind], &kind)',
  "join(', ', names)",
  'length(text)',
  'let $all = numbers in rows[*].[$all[0], n]',
  'numbers[0] + numbers[1] * `2` - `1`',
  '`7` // `2` + `7` % `4`',
  "rows[0].kind == 'x' ? 'yes' : 'no'",
  '!missing && !nothing',
  "missing || 'default'",
  'not_null(missing, nothing, text)',
  "replace(text, 'l', 'L', `1`)",
  "replace(text, 'l', 'LL')",
  "split('a,b,c', ',', `1`)",
  "split('a,b,c', ',')",
  "find_first(text, 'l')",
  "find_last('abcabcabc', 'abcab')",
  "starts_with(text, 'hé') && ends_with(text, 'ld')",
  "pad_left('a', `4`, '-')",
  "pad_right('a', `4`)",
  "trim('  a ')",
  "trim_left('xxax', 'x')",
  "trim_right('xxax', 'x')",
  "upper('a') == 'A' && lower('A') == 'a'",
  "reverse('abc')",
  'reverse(numbers)',
  'merge(deep, {q: numbers})',
  'items(deep)',
  'from_items(zip(names, numbers))',
  'keys(deep)',
  'values(deep.y)',
  "to_number('1.5')",
  "to_number('x')",
  'to_string(deep)',
  'to_array(text)',
  'rows[*].type(kind)',
  'abs(`-1`) + ceil(`1.2`) + floor(`1.8`)',
  'numbers[?@ > $.deep.x]',
  '@.text',
  'deep.{a: x, b: y.z[0]}',
  'deep == {x: `1`, y: {z: [`1`, [`2`, [`3`]]]}}',
])('%s gives what the implementation of JMESPath Community gives', (text) => {
  expect(valueOf(text, data) ?? null).toEqual(search(data, text))
})

test('what is made of names, indexes, projections, filters and choices gives the same as there', () => {
  fc.assert(
    fc.property(agreedExpression, plainValue, (text, on) => {
      expect(valueOf(text, on) ?? null).toEqual(search(on, text))
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['10 > 9', true],
  ['sort(`[10, 9, 1]`)', [1, 9, 10]],
  ['numbers == `[3, 1, 2]` && true', true],
  ['numbers[0]-1', 2],
  ["text > 'a'", null],
  ['$.*.y.z[0]', [1]],
  ['missing', undefined],
  ['nothing.a', undefined],
  ['nothing', null],
  ['rows[9].n', undefined],
])('%s gives %j', (text, expected) => {
  expect(valueOf(text, data)).toEqual(expected)
})

test.each([
  ['sum(names)', /sum\(\) takes a list of numbers, not a list/],
  ['length(`1`)', /takes a text, a list or an object, not a number/],
  ['text + 1', /two numbers, not a text and a number/],
  ['1 / 0', /is no number/],
  ['missing + 1', /not nothing and a number/],
  ['sort_by(rows, &kind)', /gives numbers or texts, not nothing/],
  ['group_by(rows, &n)', /gives texts/],
  ["pad_left('a', `1.5`)", /whole number/],
  ["pad_left('a', `2`, 'xx')", /one character/],
  ['from_items(`[["a"]]`)', /pairs/],
  ['sum(`[1e308, 1e308]`)', /larger than any number/],
  ['avg(`[1e308, 1e308]`)', /larger than any number/],
  ['$x', /no variable \$x/],
])('%s is refused in words', (text, message) => {
  expect(() => valueOf(text, data)).toThrow(ValueError)
  expect(() => valueOf(text, data)).toThrow(message)
})

test.each([
  ['rows[*].n | sum($.names)', 12],
  ['sort_by(rows, &(n + kind))', 18],
  ['text\n+ 1', 5],
  ['[a, -text]', 4],
  ['a || $nobody', 5],
  ['rows[?n * kind]', 8],
  ['join(text, map(&to_string(abs(n)), names))', 26],
])('%j is refused with the place of the innermost part that cannot be evaluated', (text, offset) => {
  expect(() => valueOf(text, data)).toThrow(expect.objectContaining({ name: 'ValueError', offset }))
})

test.each([
  'constructor',
  '__proto__',
  'toString',
  'rows.length',
  'text.length',
  'rows.map',
  'deep.__proto__.x',
  'hasOwnProperty',
])('%s is not there: members are never those of prototypes', (text) => {
  expect(valueOf(text, data)).toBeUndefined()
})

test('names that mean something to objects are members like any other', () => {
  const hostile: JsonValue = JSON.parse('{"list": [["__proto__", {"polluted": 1}]], "rows": [{"k": "__proto__"}]}')
  expect(JSON.stringify(valueOf('from_items(list)', hostile))).toBe('{"__proto__":{"polluted":1}}')
  expect(JSON.stringify(valueOf('{"__proto__": list[0][1]}', hostile))).toBe('{"__proto__":{"polluted":1}}')
  expect(JSON.stringify(valueOf('merge(from_items(list), {a: `1`})', hostile))).toBe(
    '{"__proto__":{"polluted":1},"a":1}',
  )
  expect(JSON.stringify(valueOf('group_by(rows, &k)', hostile))).toBe('{"__proto__":[{"k":"__proto__"}]}')
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

const many: JsonValue = {
  list: Array.from({ length: 2_000 }, (_, index) => index),
  rows: Array.from({ length: 200_000 }, (_, index) => ({ n: index })),
  text: 'a'.repeat(600_000),
  long: 'a'.repeat(2_000_000),
  part: `${'a'.repeat(500)}b${'a'.repeat(500)}`,
  members: Object.fromEntries(Array.from({ length: 160_000 }, (_, index) => [`m${index}`, index])),
}

test.each([
  'map(&map(&1, $.list), list)',
  'list[*].[$.list[*].[$.list]]',
  'list[?contains($.list, @)]',
  'rows[*].n',
  'sort_by(rows, &n)',
  'sum(rows[*].n)',
  'keys(members)',
  'merge(members)',
  'from_items(rows[*].[to_string(n), n])',
  '[!members, !members]',
  'rows == rows[*]',
  'upper(long)',
  'long[::-1]',
  'reverse(long)',
  'find_last(long, part)',
  'find_first(long, part)',
  'contains(long, part)',
  "split(long, '')",
  "replace(text, 'a', 'aaaaaaaaaaaaaaaa')",
  'replace(text, part, text)',
  'join(text, list[*].to_string(@))',
  'pad_left(text, `1000000000`)',
  'to_string(rows)',
  'trim_right(long, text)',
  'trim(text, long)',
  'list[*].starts_with($.long, $.long)',
  'list[*].ends_with($.long, $.long)',
  'zip(rows, rows, rows)',
  `let $a = text in [${Array(80).fill('length($a)').join(', ')}]`,
  `[${Array(20).fill('join($.text, `["", "", "", ""]`)').join(', ')}]`,
])('%.80s is stopped before it takes long', (text) => {
  expect(() => valueOf(text, many)).toThrow(
    expect.objectContaining({ name: expect.stringMatching(/WorkLimitError|ValueError/) }),
  )
})

test('whatever is asked of whatever value, there is an answer, a refusal or an end of the work', () => {
  const known = [ValueError, WorkLimitError, ExpressionError]
  fc.assert(
    fc.property(anyExpression, anyValue, (text, on) => {
      const before = JSON.stringify(on)
      const json: JsonValue = JSON.parse(before)
      let thrown: unknown = null
      try {
        valueOf(text, json)
      } catch (error) {
        thrown = error
      }
      expect(thrown === null || known.some((kind) => thrown instanceof kind)).toBe(true)
      expect(JSON.stringify(json)).toBe(JSON.stringify(JSON.parse(before)))
    }),
    { numRuns: 500 },
  )
})
