import type { StepNeeds } from '@guildhall/skill-format/workflow'

/** How a step ended. `failed` only where the workflow may go on without it. */
export type StepEnd = 'succeeded' | 'failed' | 'skipped'

/** What is to be done with a step now. */
export type StepDecision = { id: string; start: true } | { id: string; start: false; because: string }

interface Waiting {
  id: string
  needs: StepNeeds
}

/**
 * Decides which steps of one list start, and which are skipped, when others have ended. Pure: the same endings in the same order give the
 * same decisions. Each step is decided on exactly once, and all are as long as no steps wait for each other.
 */
export class Schedule {
  private readonly waiting: Map<string, Waiting>
  private readonly ends = new Map<string, StepEnd>()

  constructor(steps: readonly Waiting[]) {
    this.waiting = new Map(steps.map((step) => [step.id, step]))
  }

  /** What can be decided now, in the order of the list. A skipped step has ended by that. */
  next(): StepDecision[] {
    const decisions: StepDecision[] = []
    for (let isChanged = true; isChanged; ) {
      isChanged = false
      for (const { id, needs } of this.waiting.values()) {
        const decision = this.decide(id, needs)
        if (decision === null) continue
        isChanged = true
        this.waiting.delete(id)
        if (!decision.start) this.ends.set(id, 'skipped')
        decisions.push(decision)
      }
    }
    return decisions
  }

  ended(id: string, end: StepEnd) {
    this.ends.set(id, end)
  }

  private decide(id: string, { succeeded, ended, any }: StepNeeds): StepDecision | null {
    const skipped = succeeded.find((need) => this.ends.get(need) === 'skipped')
    if (skipped !== undefined) return { id, start: false, because: `${skipped} was skipped` }
    const isWaiting = [...succeeded, ...ended].some((need) => !this.ends.has(need))
    const isOneMissing = any.length > 0 && !any.some((need) => this.ends.get(need) === 'succeeded')
    if (isOneMissing && any.every((need) => this.ends.has(need)))
      return { id, start: false, because: `none of ${any.join(', ')} has succeeded` }
    return isWaiting || isOneMissing ? null : { id, start: true }
  }
}
