import type { JsonValue } from '@guildhall/contracts'

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%'

/** An expression of JMESPath, parsed. See parse-expression.ts for what of the language there is. */
export type Expression =
  | { type: 'current' }
  | { type: 'root' }
  | { type: 'literal'; value: JsonValue }
  | { type: 'field'; name: string }
  | { type: 'index'; index: number }
  | { type: 'slice'; start: number | null; stop: number | null; step: number }
  /** `left.right` and `left[0]`: null where left is null. */
  | { type: 'chain'; left: Expression; right: Expression }
  /** `left | right`: right is evaluated whatever left gives. */
  | { type: 'pipe'; left: Expression; right: Expression }
  /** `source[*].each`; also of slices. */
  | { type: 'project'; source: Expression; each: Expression }
  /** `source.*.each` */
  | { type: 'projectValues'; source: Expression; each: Expression }
  /** `source[?condition].each` */
  | { type: 'filter'; source: Expression; condition: Expression; each: Expression }
  /** `source[]` */
  | { type: 'flatten'; source: Expression }
  | { type: 'compare'; operator: Comparison; left: Expression; right: Expression }
  | { type: 'calculate'; operator: Arithmetic; left: Expression; right: Expression }
  | { type: 'negate'; operand: Expression }
  | { type: 'or'; left: Expression; right: Expression }
  | { type: 'and'; left: Expression; right: Expression }
  | { type: 'not'; operand: Expression }
  | { type: 'choose'; condition: Expression; yes: Expression; no: Expression }
  | { type: 'list'; items: Expression[] }
  | { type: 'object'; members: [name: string, value: Expression][] }
  | { type: 'call'; name: string; arguments: Expression[] }
  /** `&expression`, an argument of functions such as `map`. */
  | { type: 'reference'; expression: Expression }
  | { type: 'let'; bindings: [name: string, value: Expression][]; body: Expression }
  | { type: 'variable'; name: string }

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
