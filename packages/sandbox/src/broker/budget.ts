import type { ToolUsage } from '../run.ts'
import { ToolFailure } from './tool-failure.ts'

/** What calls are counted by. */
export const toolClasses = ['network', 'ai', 'skills', 'files', 'storage', 'compute'] as const
export type ToolClass = (typeof toolClasses)[number]

/** What one run and all the skills that it calls may use together. */
export interface BudgetLimits {
  /** Calls of all tools. */
  calls: number
  callsByClass: Record<ToolClass, number>
  /** Sent and received by tools. */
  networkBytes: number
  /** Of language models, in and out. */
  tokens: number
  /** Written to the store of an installation, counted at each write. */
  storageBytes: number
}

/** Tokens set aside for one call of a model. */
export interface TokenReservation {
  /** Counts what the call has spent so far, altogether. */
  spent(total: number): void
  /** Counts what the call spent in the end, altogether, and gives the rest back. To be called once, also where the call failed. */
  settle(total: number): void
}

export const defaultBudgetLimits: BudgetLimits = {
  calls: 1_000,
  callsByClass: { network: 200, ai: 100, skills: 100, files: 1_000, storage: 1_000, compute: 1_000 },
  networkBytes: 64 * 1024 * 1024,
  tokens: 200_000,
  storageBytes: 16 * 1024 * 1024,
}

type Counted = 'calls' | 'networkBytes' | 'tokens' | 'storageBytes'

const words: Record<Counted, string> = {
  calls: 'calls',
  networkBytes: 'bytes of network traffic',
  tokens: 'tokens of language models',
  storageBytes: 'bytes of writing to storage',
}

const advice: Record<Counted, string> = {
  calls: 'Call less often',
  networkBytes: 'Ask for less in one run',
  tokens: 'Ask for shorter texts, or in several runs',
  storageBytes: 'Store less in one run',
}

function exceeded(limit: number, what: string, recoveryOption: string): ToolFailure {
  return new ToolFailure('quota_exceeded', `This run may use ${limit} ${what}, and has used them`, {
    recoveryOptions: [recoveryOption],
  })
}

/**
 * Counts what one run uses. A skill that is called by another one gets a branch of its caller's: what it uses counts in both, and the
 * limits of the first one hold for the whole tree. Nothing here waits, so two calls at the same time cannot both take the last piece.
 */
export class Budget {
  readonly #limits: BudgetLimits
  readonly #parent: Budget | null
  readonly #used: Record<Counted, number> = { calls: 0, networkBytes: 0, tokens: 0, storageBytes: 0 }
  readonly #callsByClass: Record<ToolClass, number> = {
    network: 0,
    ai: 0,
    skills: 0,
    files: 0,
    storage: 0,
    compute: 0,
  }
  /** Tokens of calls that are under way, at most. */
  #reservedTokens = 0

  /** Limits that are not given are the default ones. */
  constructor(limits: Partial<BudgetLimits> = {}, parent: Budget | null = null) {
    this.#limits = { ...defaultBudgetLimits, ...limits }
    this.#parent = parent
  }

  get #root(): Budget {
    return this.#parent ? this.#parent.#root : this
  }

  /** A budget for a skill that is called, within this one. */
  branch(): Budget {
    return new Budget(this.#limits, this)
  }

  /** Counts one call. Throws ToolFailure `quota_exceeded` where there is none left; a refused call is not counted. */
  countCall(toolClass: ToolClass): void {
    const root = this.#root
    const limit = root.#limits.callsByClass[toolClass]
    if (root.#callsByClass[toolClass] >= limit) throw exceeded(limit, `calls of the kind ${toolClass}`, advice.calls)
    this.#count('calls', 1)
    for (const budget of this.#line()) budget.#callsByClass[toolClass] += 1
  }

  /** Counts bytes as they come or go. Throws ToolFailure `quota_exceeded` once there are too many. */
  countNetwork(bytes: number): void {
    this.#spend('networkBytes', bytes)
  }

  /** Counts tokens that were spent already, in and out. Never throws: the next reservation does. */
  countTokens(tokens: number): void {
    for (const budget of this.#line()) budget.#used.tokens += tokens
  }

  /** Counts bytes before they are written. Throws ToolFailure `quota_exceeded`, and counts nothing, where there are too many. */
  countStorage(bytes: number): void {
    this.#count('storageBytes', bytes)
  }

  /**
   * Sets tokens aside for a call that is about to be made, at most as many as it can spend. Throws ToolFailure `quota_exceeded` where
   * they are not there.
   */
  reserveTokens(tokens: number): TokenReservation {
    const root = this.#root
    const { tokens: limit } = root.#limits
    if (root.#used.tokens + root.#reservedTokens + tokens > limit) throw exceeded(limit, words.tokens, advice.tokens)
    root.#reservedTokens += tokens
    let reserved = tokens
    let counted = 0
    const count = (total: number) => {
      this.countTokens(total - counted)
      counted = total
      // What was counted is not set aside as well.
      const stillReserved = Math.max(0, Math.min(reserved, tokens - total))
      root.#reservedTokens -= reserved - stillReserved
      reserved = stillReserved
    }
    return {
      spent: count,
      settle(total) {
        count(total)
        root.#reservedTokens -= reserved
        reserved = 0
      },
    }
  }

  /** What this run and the skills that it called used up. */
  used(): ToolUsage {
    return { networkBytes: this.#used.networkBytes, tokens: this.#used.tokens }
  }

  *#line(): Generator<Budget> {
    yield this
    if (this.#parent) yield* this.#parent.#line()
  }

  #count(what: Counted, amount: number) {
    const root = this.#root
    const limit = root.#limits[what]
    if (root.#used[what] + amount > limit) throw exceeded(limit, words[what], advice[what])
    for (const budget of this.#line()) budget.#used[what] += amount
  }

  /** What has gone over the wire has been used, also where it was too much. */
  #spend(what: Counted, amount: number) {
    const root = this.#root
    const limit = root.#limits[what]
    for (const budget of this.#line()) budget.#used[what] += amount
    if (root.#used[what] > limit) throw exceeded(limit, words[what], advice[what])
  }
}
