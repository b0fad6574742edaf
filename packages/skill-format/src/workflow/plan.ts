import type { WorkflowStep } from '@guildhall/contracts'
import type { Template } from './template.ts'

/** A call with its arguments. A call of a skill is a call of the tool `skills.call`. */
export interface PlannedCall {
  tool: string
  arguments: Template
}

export type StepWork =
  | { type: 'call'; call: PlannedCall }
  | { type: 'value'; value: Template }
  | { type: 'group'; steps: PlannedStep[]; output: Template }

/** What must have happened before a step may start; the ids are those of its siblings. */
export interface StepNeeds {
  /** All of them have succeeded, or failed where that is allowed. */
  succeeded: string[]
  /** All of them have ended, however. */
  ended: string[]
  /** One of them has succeeded. Empty: nothing is asked. */
  any: string[]
}

export interface PlannedStep {
  id: string
  /** What people call it. */
  label: string
  work: StepWork
  needs: StepNeeds
  condition: Template | null
  forEach: { in: Template; each: string; at: string; concurrency: number } | null
  retry: NonNullable<WorkflowStep['retry']> | null
  timeoutMs: number | null
  onError: WorkflowStep['onError']
  compensate: PlannedCall | null
  stream: boolean
  log: Template | null
}

/** One action of a workflow, ready to be run: the graph is sound, every reference is known and every expression parsed. */
export interface PlannedAction {
  steps: PlannedStep[]
  output: Template
}

/** What is wrong with a workflow, where, and how to mend it. */
export interface WorkflowFault {
  /** The end of a rule id: `workflow.<rule>`. */
  rule: 'invalid' | 'limit' | 'step' | 'expression' | 'reference' | 'duplicate-id' | 'cycle' | 'unreachable'
  /** The way to it within workflow.json. */
  pointer: readonly PropertyKey[]
  message: string
  remedy: string
}
