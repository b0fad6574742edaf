import type { JsonValue } from '@guildhall/contracts'
import { webCases } from './web-cases.ts'

/** What a skill may expect of its language, whatever runs it. */
export interface LanguageCase {
  what: string
  source: string
  input: JsonValue
  output: JsonValue
}

/** What the skill of each conformance case does, whatever language it is written in. Its action is named `go`. */
export interface ConformanceSkills {
  /** What an empty guest of the engine takes more than others do. Default 0. */
  extraMemoryBytes?: number
  /** File name of the entry. */
  entry: string
  /** Answers `{ input, locale: ctx.env.locale }`. */
  echo: string
  /** Streams the numbers 0 to 199, then answers `done`. */
  streams: string
  /** Streams 50 texts of 1,000 characters, each after the one before was sent, then answers `done`. */
  streamsPatiently: string
  /** Iterates `ctx.ai.generateText('x')` for its parts, then calls it once more and awaits it; answers `[parts, whole]`. */
  iteratesParts: string
  /** Logs `one` at debug, `two` at info, `three` at warn and `four` at error. */
  logs: string
  /** Logs 50 lines. */
  logsMuch: string
  /** Answers what the tool `test.echo` answers to the input. */
  callsTool: string
  /** Calls `test.refused` and answers the error's `[errorType, recoveryOptions, message]`. */
  catchesRefusal: string
  /** Calls `test.refused` and lets the error through. */
  letsRefusalThrough: string
  /** Calls `test.failing` and lets the error through. */
  letsFailureThrough: string
  /** Starts 20 calls of `test.echo` with `{ n }` at once and answers the list of their answers in order. */
  callsConcurrently: string
  /** Calls `test.echo` ten times one after the other, whatever it answers, and answers the list of error types or `ok`. */
  callsOften: string
  /** Throws an error of type TypeError (or the like) with the message `broken <input.what>`. */
  throws: string
  /** Never ends and keeps the processor busy. */
  spins: string
  /** Streams `started`, then waits for ever. */
  waits: string
  /** Streams `started`; when the run is cancelled, streams `tidied`. */
  tidies: string
  hogsHeap: string
  hogsBuffers: string
  /** Answers a text of `input.size` characters. */
  answersMuch: string
  /** Streams texts of 1,000 characters without end. */
  streamsMuch: string
  /** Has no action named `go`. */
  lacksAction: string
  /** Does not parse. */
  isNotCode: string
  /** Default: none. */
  languageCases?: readonly LanguageCase[]
}

const action = (body: string) => `export async function go(input, ctx) {\n${body}\n}\n`

/** The conformance skills in JavaScript. */
export const javascriptSkills: ConformanceSkills = {
  entry: 'main.js',
  echo: action('return { input, locale: ctx.env.locale }'),
  streams: action("for (let i = 0; i < 200; i++) ctx.stream(i)\nreturn 'done'"),
  streamsPatiently: action("for (let i = 0; i < 50; i++) await ctx.stream('x'.repeat(1000))\nreturn 'done'"),
  iteratesParts: action(
    "const parts = []\nfor await (const part of ctx.ai.generateText('x')) parts.push(part)\nreturn [parts, await ctx.ai.generateText('x')]",
  ),
  logs: action(
    "ctx.console.debug('one'); console.log('two'); ctx.console.warn('three'); ctx.console.error('four'); return 1",
  ),
  logsMuch: action("for (let i = 0; i < 50; i++) ctx.console.log('line', i)\nreturn 1"),
  callsTool: action('return ctx.tools.test.echo(input)'),
  catchesRefusal: action(
    'try { await ctx.tools.test.refused({}) } catch (error) { return [error.errorType, error.recoveryOptions, error.message] }',
  ),
  letsRefusalThrough: action('await ctx.tools.test.refused({})'),
  letsFailureThrough: action('await ctx.tools.test.failing({})'),
  callsConcurrently: action('return Promise.all(Array.from({ length: 20 }, (_, n) => ctx.tools.test.echo({ n })))'),
  callsOften: action(
    "const seen = []\nfor (let i = 0; i < 10; i++) seen.push(await ctx.tools.test.echo(i).then(() => 'ok', (error) => error.errorType))\nreturn seen",
  ),
  throws: action("throw new TypeError('broken ' + input.what)"),
  spins: action('for (;;) {}'),
  waits: action("ctx.stream('started')\nawait new Promise(() => {})"),
  tidies: action(
    "ctx.signal.addEventListener('abort', () => ctx.stream('tidied'))\nctx.stream('started')\nawait new Promise(() => {})",
  ),
  hogsHeap: action('const kept = []\nfor (;;) kept.push(new Array(1000).fill(Math.random()))'),
  hogsBuffers: action('const kept = []\nfor (;;) kept.push(new Uint8Array(8 * 1024 * 1024).fill(1))'),
  answersMuch: action("return 'x'.repeat(input.size)"),
  streamsMuch: action("for (;;) ctx.stream('x'.repeat(1000))"),
  lacksAction: 'export const other = () => 1\n',
  isNotCode: 'export async function go( {',
  languageCases: webCases.map((one) => ({ ...one, source: action(one.body) })),
}
