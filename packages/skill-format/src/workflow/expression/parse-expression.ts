import { type Arithmetic, type Comparison, type Expression, ExpressionError } from './expression.ts'
import { NOT, powerOf, PROJECTION_STOP, STAR } from './binding-power.ts'
import { parameterAt, signatureOf } from './signatures.ts'
import { type Token, tokenize } from './tokens.ts'

/** Brackets within brackets. */
const MAX_DEPTH = 100

const comparisons: readonly string[] = ['==', '!=', '<', '<=', '>', '>='] satisfies Comparison[]
const calculations: readonly string[] = ['+', '-', '*', '/', '//', '%'] satisfies Arithmetic[]
const isComparison = (text: string): text is Comparison => comparisons.includes(text)
const isArithmetic = (text: string): text is Arithmetic => calculations.includes(text)

const current: Expression = { type: 'current' }

const words = new Map<string, Expression>([
  ['true', { type: 'literal', value: true }],
  ['false', { type: 'literal', value: false }],
  ['null', { type: 'literal', value: null }],
])

export interface ParsedExpression {
  expression: Expression
  /** The offset behind it. */
  end: number
}

/**
 * Parses JMESPath (Community edition: with arithmetic, `let`, `? :` and `$`), and three things more: numbers and the words true, false and
 * null stand for themselves, without backticks. Functions and the number of their arguments are checked. Within a template it ends before
 * `}}`. Linear in time; throws ExpressionError.
 */
export function parseExpression(text: string, offset = 0, isWithinTemplate = false): ParsedExpression {
  const parser = new Parser(tokenize(text, offset, isWithinTemplate))
  return { expression: parser.whole(), end: parser.end }
}

class Parser {
  private readonly tokens: Token[]
  private place = 0
  private depth = 0

  constructor(tokens: Token[]) {
    this.tokens = tokens
  }

  get end(): number {
    return this.tokens.at(-1)?.offset ?? 0
  }

  whole(): Expression {
    const expression = this.parse(0)
    if (this.token.type !== 'end') throw this.unexpected()
    return expression
  }

  private get token(): Token {
    return this.tokens[this.place] ?? { type: 'end', text: '', offset: 0 }
  }

  private take(): Token {
    const taken = this.token
    this.place += 1
    return taken
  }

  /** Where the token stands that was taken last. */
  private get takenOffset(): number {
    return this.tokens[this.place - 1]?.offset ?? 0
  }

  private isSign(text: string, ahead = 0): boolean {
    const token = this.tokens[this.place + ahead]
    return token?.type === 'sign' && token.text === text
  }

  private skip(text: string): boolean {
    const isThere = this.isSign(text)
    if (isThere) this.place += 1
    return isThere
  }

  private expect(text: string) {
    if (!this.skip(text)) throw this.unexpected(`${text} is expected`)
  }

  private unexpected(wanted?: string): ExpressionError {
    const { type, text, offset } = this.token
    const found = type === 'end' ? 'the expression ends too early' : `${text} does not belong here`
    return new ExpressionError(wanted === undefined ? found : `${found}: ${wanted}`, offset)
  }

  private parse(minimum: number): Expression {
    this.depth += 1
    if (this.depth > MAX_DEPTH) throw new ExpressionError('it is nested too deep', this.token.offset)
    let left = this.first()
    while (this.token.type === 'sign' && powerOf(this.token.text) > minimum) {
      left = this.next(left)
    }
    this.depth -= 1
    return left
  }

  private first(): Expression {
    const token = this.take()
    if (token.type === 'literal') return { type: 'literal', value: token.value }
    if (token.type === 'number') return { type: 'literal', value: Number(token.text) }
    if (token.type === 'variable') return { type: 'variable', name: token.text, offset: token.offset }
    if (token.type === 'quoted') return { type: 'field', name: token.text }
    if (token.type === 'name') {
      if (token.text === 'let' && this.token.type === 'variable') return this.letIn()
      return words.get(token.text) ?? { type: 'field', name: token.text }
    }
    if (token.type === 'sign') return this.prefix(token.text)
    this.place -= 1
    throw this.unexpected()
  }

  private prefix(sign: string): Expression {
    const parse = prefixes.get(sign)
    if (parse !== undefined) return parse(this)
    this.place -= 1
    throw this.unexpected()
  }

  /** `not` binds what follows, `negate` as much as a sum would. */
  unary(type: 'not' | 'negate'): Expression {
    const offset = this.takenOffset
    const operand = this.parse(type === 'not' ? NOT : powerOf('-'))
    return type === 'not' ? { type, operand } : { type, operand, offset }
  }

  inParentheses(): Expression {
    const inner = this.parse(0)
    this.expect(')')
    return inner
  }

  allValues(): Expression {
    const offset = this.takenOffset
    return { type: 'projectValues', source: current, each: this.projected(STAR), offset }
  }

  listOrIndex(): Expression {
    return this.isBracketOfIndex() ? this.bracket('[', current) : this.list()
  }

  private next(left: Expression): Expression {
    const { text, offset } = this.take()
    const operation = this.operation(text, left, offset)
    if (operation !== null) return operation
    if (text === '|') return { type: 'pipe', left, right: this.parse(powerOf('|')) }
    if (text === '?') return this.choice(left)
    if (text === '.') return this.dot(left)
    if (text === '(') return this.call(left, offset)
    return this.bracket(text, left)
  }

  private operation(sign: string, left: Expression, offset: number): Expression | null {
    if (isComparison(sign)) return { type: 'compare', operator: sign, left, right: this.parse(powerOf(sign)), offset }
    if (isArithmetic(sign)) return { type: 'calculate', operator: sign, left, right: this.parse(powerOf(sign)), offset }
    if (sign === '||') return { type: 'or', left, right: this.parse(powerOf(sign)) }
    return sign === '&&' ? { type: 'and', left, right: this.parse(powerOf(sign)) } : null
  }

  private choice(condition: Expression): Expression {
    const yes = this.parse(0)
    this.expect(':')
    return { type: 'choose', condition, yes, no: this.parse(0) }
  }

  private dot(left: Expression): Expression {
    const offset = this.takenOffset
    if (this.skip('*')) return { type: 'projectValues', source: left, each: this.projected(STAR), offset }
    return { type: 'chain', left, right: this.afterDot(powerOf('.')) }
  }

  /** A name, a list or an object of several, and what binds to it more strongly than the dot. */
  private afterDot(minimum: number): Expression {
    const { type, text } = this.token
    // A word such as true is a name here.
    if (type === 'name' && words.has(text)) {
      this.place += 1
      return { type: 'field', name: text }
    }
    if (type === 'name' || type === 'quoted' || this.isSign('*')) return this.parse(minimum)
    if (this.skip('[')) return this.list()
    if (this.skip('{')) return this.object()
    throw this.unexpected('a name, [ or { is expected after the dot')
  }

  /** What is done to each element of a projection. */
  private projected(minimum: number): Expression {
    const { type, text } = this.token
    if (type !== 'sign' || powerOf(text) < PROJECTION_STOP) return current
    if (text === '[' || text === '[?') return this.parse(minimum)
    if (this.skip('.')) return this.afterDot(minimum)
    throw this.unexpected()
  }

  private isBracketOfIndex(): boolean {
    const isNegative = this.isSign('-') && this.tokens[this.place + 1]?.type === 'number'
    const isNumber = this.token.type === 'number' && (this.isSign(']', 1) || this.isSign(':', 1))
    return isNegative || isNumber || this.isSign(':') || (this.isSign('*') && this.isSign(']', 1))
  }

  bracket(sign: string, left: Expression): Expression {
    const offset = this.takenOffset
    if (sign === '[]') {
      const source: Expression = { type: 'flatten', source: left, offset }
      return { type: 'project', source, each: this.projected(powerOf('[]')), offset }
    }
    if (sign === '[?') {
      const condition = this.parse(0)
      this.expect(']')
      const each = this.isSign('[]') ? current : this.projected(powerOf('[?'))
      return { type: 'filter', source: left, condition, each, offset }
    }
    if (sign !== '[') {
      this.place -= 1
      throw this.unexpected()
    }
    if (this.skip('*')) {
      this.expect(']')
      return { type: 'project', source: left, each: this.projected(STAR), offset }
    }
    return this.indexOrSlice(left, offset)
  }

  private indexOrSlice(left: Expression, bracketOffset: number): Expression {
    const start = this.wholeNumber()
    if (this.skip(']')) {
      if (start === null) throw this.unexpected('a number is expected between the brackets')
      return { type: 'chain', left, right: { type: 'index', index: start } }
    }
    this.expect(':')
    const stop = this.wholeNumber()
    const { offset } = this.token
    const step = this.skip(':') ? (this.wholeNumber() ?? 1) : 1
    if (step === 0) throw new ExpressionError('the step of a slice cannot be 0', offset)
    this.expect(']')
    const source: Expression = { type: 'chain', left, right: { type: 'slice', start, stop, step } }
    return { type: 'project', source, each: this.projected(STAR), offset: bracketOffset }
  }

  /** A whole number, or null where none stands here. */
  private wholeNumber(): number | null {
    const isNegative = this.skip('-')
    const { type, text } = this.token
    if (type !== 'number' || !/^\d{1,9}$/.test(text)) {
      if (isNegative || type === 'number') throw this.unexpected('a whole number is expected')
      return null
    }
    this.place += 1
    return isNegative ? -Number(text) : Number(text)
  }

  private list(): Expression {
    const items = [this.parse(0)]
    while (this.skip(',')) items.push(this.parse(0))
    this.expect(']')
    return { type: 'list', items }
  }

  object(): Expression {
    const members: [string, Expression][] = []
    do {
      const key = this.take()
      if (key.type !== 'name' && key.type !== 'quoted') {
        this.place -= 1
        throw this.unexpected('the name of a member is expected')
      }
      this.expect(':')
      members.push([key.text, this.parse(0)])
    } while (this.skip(','))
    this.expect('}')
    return { type: 'object', members }
  }

  private letIn(): Expression {
    const bindings: [string, Expression][] = []
    do {
      const variable = this.take()
      if (variable.type !== 'variable') {
        this.place -= 1
        throw this.unexpected('a $variable is expected')
      }
      this.expect('=')
      bindings.push([variable.text, this.parse(0)])
    } while (this.skip(','))
    const word = this.take()
    if (word.type !== 'name' || word.text !== 'in') {
      this.place -= 1
      throw this.unexpected('the word in is expected')
    }
    return { type: 'let', bindings, body: this.parse(0) }
  }

  private call(left: Expression, offset: number): Expression {
    const before = this.tokens[this.place - 2]
    if (left.type !== 'field' || before?.type !== 'name')
      throw new ExpressionError('only a function can be called', offset)
    const { name } = left
    const signature = signatureOf(name)
    if (signature === null) throw new ExpressionError(`there is no function ${name}()`, before.offset)
    const given: Expression[] = []
    if (!this.skip(')')) {
      do given.push(this.argument(name, parameterAt(signature, given.length)))
      while (this.skip(','))
      this.expect(')')
    }
    if (given.length < signature.required)
      throw new ExpressionError(`${name}() takes ${signature.parameters.join(', ')}`, before.offset)
    return { type: 'call', name, arguments: given, offset: before.offset }
  }

  private argument(name: string, kind: string | null): Expression {
    const { offset } = this.token
    if (kind === null) throw new ExpressionError(`${name}() takes fewer arguments`, offset)
    const isReference = this.skip('&')
    if (isReference !== (kind === 'an &expression')) throw new ExpressionError(`${name}() takes ${kind} here`, offset)
    const expression = this.parse(0)
    return isReference ? { type: 'reference', expression } : expression
  }
}

/** What a sign means where an expression begins. */
const prefixes = new Map<string, (parser: Parser) => Expression>([
  ['@', () => current],
  ['$', () => ({ type: 'root' })],
  ['!', (parser) => parser.unary('not')],
  ['-', (parser) => parser.unary('negate')],
  ['*', (parser) => parser.allValues()],
  ['[?', (parser) => parser.bracket('[?', current)],
  ['[]', (parser) => parser.bracket('[]', current)],
  ['{', (parser) => parser.object()],
  ['[', (parser) => parser.listOrIndex()],
  ['(', (parser) => parser.inParentheses()],
])
