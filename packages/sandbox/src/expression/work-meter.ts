import type { JsonValue } from '@guildhall/contracts'
import { EvaluationError } from './evaluation-error.ts'

/** An expression does more work than it may. */
export class WorkLimitError extends EvaluationError {
  override readonly name = 'WorkLimitError'
}

/** Characters that cost as much as one step of an evaluation. */
const CHARS_PER_UNIT = 32
const UNITS_PER_MEMBER = 4
/** After so much work others get their turn: 1 to 3 milliseconds. */
const UNITS_PER_TURN = 25_000

/** How much work may be done. 1 unit is one operator, one element or 32 characters, a function is 5: some 10 to 20 nanoseconds. */
export interface WorkLimits {
  /** Without a pause. */
  unitsPerPiece: number
  /** By all pieces together. */
  unitsInAll: number
  /** What a piece is, and all of them, for messages: `a template`, `the templates of a run`. */
  words: { piece: string; all: string }
}

/** Counts the work of expressions, so that none of them can hold up the process that evaluates it. */
export class WorkMeter {
  private readonly limits: WorkLimits
  private piece = 0
  private all = 0
  private sinceRest = 0

  constructor(limits: WorkLimits) {
    this.limits = limits
  }

  /** A new piece begins. */
  begin() {
    this.piece = 0
  }

  /** Throws WorkLimitError where it is too much. Call it before the work is done. */
  spend(units: number) {
    const { unitsPerPiece, words } = this.limits
    this.piece += units
    if (this.piece > unitsPerPiece) throw tooMuch(words.piece, unitsPerPiece)
    this.spendOnAll(units)
  }

  /** Work that has pauses of its own, so that only the whole counts. */
  spendOnAll(units: number) {
    const { unitsInAll, words } = this.limits
    this.all += units
    this.sinceRest += units
    if (this.all > unitsInAll) throw tooMuch(words.all, unitsInAll)
  }

  spendText(chars: number) {
    this.spend(Math.ceil(chars / CHARS_PER_UNIT))
  }

  /** To be paid before an object of so many members is made: that takes longer than a list. */
  spendMembers(count: number) {
    this.spend(count * UNITS_PER_MEMBER)
  }

  /** The names of the members, paid for. Values are refused before they have so many that this takes long. */
  names(value: { [name: string]: JsonValue }): string[] {
    const names = Object.keys(value)
    this.spendMembers(names.length)
    return names
  }

  /** Whether it is others' turn. */
  get needsRest(): boolean {
    return this.sinceRest >= UNITS_PER_TURN
  }

  /** Lets others have their turn where much has been done since the last time. */
  async rest(): Promise<void> {
    if (this.needsRest) await this.pause()
  }

  /** Lets others have their turn. */
  async pause(): Promise<void> {
    this.sinceRest = 0
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

function tooMuch(what: string, units: number): WorkLimitError {
  return new WorkLimitError(`${what} may do ${units} units of work at most`)
}
