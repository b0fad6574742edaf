import type { JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'

const leaf = fc.constantFrom('a', 'b', '@', '$', '`1`', "'x'", '[0]', '[*]', '[]', '*', 'a[?b]', '[::2]', '`[3,1]`')

/** Expressions of all kinds; many of them cannot be evaluated. */
export const anyExpression = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc
      .tuple(tie('tree'), fc.constantFrom('.a', '[*].b', '[]', ' | keys(@)', '[?a]', ' | [0]'))
      .map((parts) => parts.join('')),
    fc
      .tuple(tie('tree'), fc.constantFrom(' + ', ' == ', ' < ', ' || ', ' && ', ' | '), tie('tree'))
      .map((parts) => parts.join('')),
    fc
      .tuple(
        fc.constantFrom('keys', 'length', 'sort', 'sum', 'to_string', 'reverse', 'max', 'type', 'values'),
        tie('tree'),
      )
      .map(([name, argument]) => `${name}(${argument})`),
    fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => `[${one}, ${other}]`),
    fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => `{a: ${one}, b: ${other}}`),
    fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => `map(&(${one}), ${other})`),
  ),
})).tree

/** What such expressions are evaluated on. */
export const anyValue = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue())

const step = fc.constantFrom('.a', '.b', '[0]', '[-1]', '[*]', '[1:]', '[::-1]', '[]', '[?a]', '[?b == `1`].c')
const path = fc
  .tuple(fc.constantFrom('a', 'b', '@', '*'), fc.array(step, { maxLength: 4 }))
  .map(([first, more]) => [first, ...more].join(''))

/** Expressions that JMESPath Community's own implementation evaluates as its specification says. (It does not project `.a.b` behind `x.*`.) */
export const agreedExpression = fc.oneof(
  path,
  fc.tuple(path, fc.constantFrom(' || ', ' && ', ' == ', ' != ', ' | '), path).map((parts) => parts.join('')),
  fc.tuple(path, path).map(([one, other]) => `[${one}, {c: ${other}}]`),
  path.map((inner) => `!(${inner})`),
  path.map((inner) => `[type(${inner}), to_string(${inner}), not_null(${inner}, \`0\`), to_array(${inner})]`),
)

/** Values without names that mean something to JavaScript. */
export const plainValue = fc.letrec<{ value: JsonValue; object: { [name: string]: JsonValue } }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, 2.5, '', 'a', 'text'),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { noNullPrototype: true }),
})).object
