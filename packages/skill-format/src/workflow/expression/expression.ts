import type { JsonValue } from '@guildhall/contracts'

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%'

/** What asks nothing of other expressions. */
export type Leaf =
  | { type: 'current' }
  | { type: 'root' }
  | { type: 'literal'; value: JsonValue }
  | { type: 'field'; name: string }
  | { type: 'index'; index: number }
  | { type: 'slice'; start: number | null; stop: number | null; step: number }
  | { type: 'variable'; name: string; offset: number }

/** What evaluates one expression after another. */
export type Sequence =
  /** `left.right` and `left[0]`: null where left is null. */
  | { type: 'chain'; left: Expression; right: Expression }
  /** `left | right`: right is evaluated whatever left gives. */
  | { type: 'pipe'; left: Expression; right: Expression }
  | { type: 'let'; bindings: [name: string, value: Expression][]; body: Expression }

/** What evaluates an expression on each element of a list. */
export type Projection =
  /** `source[*].each`; also of slices. */
  | { type: 'project'; source: Expression; each: Expression; offset: number }
  /** `source.*.each` */
  | { type: 'projectValues'; source: Expression; each: Expression; offset: number }
  /** `source[?condition].each` */
  | { type: 'filter'; source: Expression; condition: Expression; each: Expression; offset: number }
  /** `source[]` */
  | { type: 'flatten'; source: Expression; offset: number }

export type Operation =
  | { type: 'compare'; operator: Comparison; left: Expression; right: Expression; offset: number }
  | { type: 'calculate'; operator: Arithmetic; left: Expression; right: Expression; offset: number }
  | { type: 'or'; left: Expression; right: Expression }
  | { type: 'and'; left: Expression; right: Expression }
  | { type: 'not'; operand: Expression }
  | { type: 'negate'; operand: Expression; offset: number }
  | { type: 'choose'; condition: Expression; yes: Expression; no: Expression }

/** What makes a new value of several expressions. */
export type Construction =
  | { type: 'list'; items: Expression[] }
  | { type: 'object'; members: [name: string, value: Expression][] }
  | { type: 'call'; name: string; arguments: Expression[]; offset: number }
  /** `&expression`, an argument of functions such as `map`. */
  | { type: 'reference'; expression: Expression }

/** An expression of JMESPath, parsed. See parse-expression.ts for what of the language there is. `offset` is where it stands in the text, for what can fail. */
export type Expression = Leaf | Sequence | Projection | Operation | Construction

export function isSequence(expression: Expression): expression is Sequence {
  return expression.type === 'chain' || expression.type === 'pipe' || expression.type === 'let'
}

export function isProjection(expression: Expression): expression is Projection {
  return 'source' in expression
}

export function isOperation(expression: Expression): expression is Operation {
  return operations.includes(expression.type)
}

export function isConstruction(expression: Expression): expression is Construction {
  return constructions.includes(expression.type)
}

const operations: readonly Expression['type'][] = [
  'compare',
  'calculate',
  'or',
  'and',
  'not',
  'negate',
  'choose',
] satisfies Operation['type'][]
const constructions: readonly Expression['type'][] = [
  'list',
  'object',
  'call',
  'reference',
] satisfies Construction['type'][]

/** The text is no expression; the message says what is wrong, in words that stand before "at character N". */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  /** From 0, in the text that was parsed. */
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}
