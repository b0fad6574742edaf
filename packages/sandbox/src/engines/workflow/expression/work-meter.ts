import type { JsonValue } from '@guildhall/contracts'

/** Templates do more work than they may. */
export class WorkLimitError extends Error {
  override readonly name = 'WorkLimitError'
}

/** Characters that cost as much as one step of an evaluation. */
const CHARS_PER_UNIT = 32
const UNITS_PER_MEMBER = 4

export interface WorkLimits {
  /** For one template. 1 unit is one operator, one element or 32 characters: some 10 to 20 nanoseconds. */
  unitsPerTemplate: number
  /** For all templates of a run. */
  unitsPerRun: number
}

export const defaultWorkLimits: WorkLimits = { unitsPerTemplate: 100_000, unitsPerRun: 10_000_000 }

/** Counts the work of templates, so that none of them can hold up the process that evaluates it. */
export class WorkMeter {
  private readonly limits: WorkLimits
  private template = 0
  private run = 0
  private sinceRest = 0

  constructor(limits: WorkLimits = defaultWorkLimits) {
    this.limits = limits
  }

  /** A new template begins. */
  begin() {
    this.template = 0
  }

  /** Throws WorkLimitError where it is too much. Call it before the work is done. */
  spend(units: number) {
    this.template += units
    if (this.template > this.limits.unitsPerTemplate)
      throw new WorkLimitError(`a template may do ${this.limits.unitsPerTemplate} units of work at most`)
    this.spendOnRun(units)
  }

  /** Work that has pauses of its own, so that only the whole counts. */
  spendOnRun(units: number) {
    this.run += units
    this.sinceRest += units
    if (this.run > this.limits.unitsPerRun)
      throw new WorkLimitError(`the templates of a run may do ${this.limits.unitsPerRun} units of work at most`)
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

  /** Lets others have their turn where much has been done since the last time. */
  async rest(): Promise<void> {
    if (this.sinceRest >= this.limits.unitsPerTemplate / 4) await this.pause()
  }

  /** Lets others have their turn. */
  async pause(): Promise<void> {
    this.sinceRest = 0
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
