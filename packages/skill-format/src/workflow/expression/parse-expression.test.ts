import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExpressionError } from './expression.ts'
import { parseExpression } from './parse-expression.ts'

test.each([
  ['a.b[0]', { type: 'chain', left: { type: 'field', name: 'a' } }],
  ['1.5', { type: 'literal', value: 1.5 }],
  ['true', { type: 'literal', value: true }],
  ['"true"', { type: 'field', name: 'true' }],
  ['a.true', { type: 'chain', right: { type: 'field', name: 'true' } }],
  ["'it\\'s'", { type: 'literal', value: "it's" }],
  ['`{"a": [1]}`', { type: 'literal', value: { a: [1] } }],
  ['1 + 2 * 3', { type: 'calculate', operator: '+', right: { type: 'calculate', operator: '*' } }],
  ['a || b && c', { type: 'or', right: { type: 'and' } }],
  ['a == b || c', { type: 'or', left: { type: 'compare' } }],
  ['a ? b : c', { type: 'choose' }],
  [
    'let $x = a, $y = b in $x',
    {
      type: 'let',
      bindings: [
        ['x', {}],
        ['y', {}],
      ],
      body: { type: 'variable', name: 'x' },
    },
  ],
  ['map(&a.b, c)', { type: 'call', name: 'map', arguments: [{ type: 'reference' }, { type: 'field' }] }],
  ['a-1', { type: 'calculate', operator: '-' }],
])('%s is an expression', (text, expected) => {
  expect(parseExpression(text).expression).toMatchObject(expected)
})

test.each([
  ['', 0, /ends too early/],
  ['a.', 2, /a name, \[ or \{ is expected/],
  ['a b', 2, /b does not belong here/],
  ["'open", 0, /' that is not closed/],
  ['`{a}`', 0, /is not JSON/],
  ['a[1.5]', 2, /does not belong here/],
  ['a[::0]', 3, /cannot be 0/],
  ['nothing(a)', 0, /no function nothing\(\)/],
  ['constructor(a)', 0, /no function constructor\(\)/],
  ['__proto__(a)', 0, /no function __proto__\(\)/],
  ['length()', 0, /length\(\) takes a text, a list or an object/],
  ['length(a, b)', 10, /takes fewer arguments/],
  ['map(a, b)', 4, /takes an &expression here/],
  ['length(&a)', 7, /takes a text, a list or an object here/],
  ['&a', 0, /& does not belong here/],
  ['"length"(a)', 8, /only a function can be called/],
  ['a + 1e999', 4, /1e999 is larger than any number/],
  ['a | `[-1e999]`', 4, /\[-1e999\] is not JSON/],
  ['a # b', 2, /"#" means nothing here/],
  ['('.repeat(200), 100, /nested too deep/],
  [Array(400).fill('a').join('.'), 500, /more than 500 parts/],
])('%s is none, and the message says where', (text, offset, message) => {
  const parse = () => parseExpression(text)
  expect(parse).toThrow(ExpressionError)
  expect(parse).toThrow(message)
  expect(parse).toThrow(expect.objectContaining({ offset }))
})

test.each([
  ['rows[?n > `1`]', { type: 'filter', offset: 4, condition: { type: 'compare', offset: 8 } }],
  ['a.*.b', { type: 'projectValues', offset: 1 }],
  ['a[*]', { type: 'project', offset: 1 }],
  ['a[1:2]', { type: 'project', offset: 1 }],
  ['a[]', { type: 'project', offset: 1, source: { type: 'flatten', offset: 1 } }],
  ['!a || -b', { type: 'or', right: { type: 'negate', offset: 6 } }],
  ['[abs(a), $x]', { type: 'list', items: [{ offset: 1 }, { offset: 9 }] }],
  ['a + b', { type: 'calculate', offset: 2 }],
])('%s tells where what can fail stands', (text, expected) => {
  expect(parseExpression(text).expression).toMatchObject(expected)
})

test('within a template it ends before the braces that are not its own', () => {
  const text = "x {{ {a: {b: '}}'}} }} y"
  expect(parseExpression(text, 4, true).end).toBe(20)
})

/** Where the expression ends, or why it is none. */
function read(text: string, isWithinTemplate: boolean): unknown {
  try {
    return parseExpression(text, 0, isWithinTemplate).end
  } catch (error) {
    return error
  }
}

test('whatever the text is, it is parsed or refused', () => {
  const piece = fc.constantFrom(
    ...'a b . [ ] [? [] { } ( ) , : @ $ & | || && ! == < - + * / 1 0 \' " ` let in $x sum( map( }} '.split(' '),
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' ')),
  )
  fc.assert(
    fc.property(text, fc.boolean(), (given, isWithinTemplate) => {
      const result = read(given, isWithinTemplate)
      expect(typeof result === 'number' ? result <= given.length : result instanceof ExpressionError).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})
