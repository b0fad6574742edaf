import type { JsonValue } from '@guildhall/contracts'
import type { Budget } from './budget.ts'

/** A skill calls an action of another one. */
export interface SkillCall {
  /** `@publisher/name`. */
  skill: string
  action: string
  input: JsonValue
  /** 1 for a skill that was called by the one which a person started. The run of the callee gets it as BrokerOptions.depth. */
  depth: number
  /** Aborts when the caller's run ends. */
  signal: AbortSignal
  /** What the callee may use up; the run of the callee gets it as BrokerOptions.budget. */
  budget: Budget
  /** Whether the caller was granted this skill at this resolved version. Ask before anything runs; refuse with `not_granted` where it says no. */
  isGranted(version: string): boolean
}

/** How the run of a callee ended. */
export type SkillCallOutcome =
  | { status: 'succeeded'; output: JsonValue; version: string }
  /** `reason` is one of ExecutionError's types, or why it never ran. The message is for the caller's author and user. */
  | { status: 'failed'; reason: SkillCallFailure; message: string; recoveryOptions: string[] }

export const skillCallFailures = [
  'not_found',
  'not_granted',
  'unknown_action',
  'not_runnable',
  'skill_error',
  'input_invalid',
  'output_invalid',
  'permission_denied',
  'timeout',
  'memory_limit',
  'output_limit',
  'quota_exceeded',
  'tool_error',
  'interrupted',
  'cancelled',
  'sandbox_error',
] as const
export type SkillCallFailure = (typeof skillCallFailures)[number]

/** Runs actions of other skills. The host gives it; it knows which version a caller means. */
export interface SkillCaller {
  /** Rejects for faults of the host only; what the callee does, is told. */
  call(call: SkillCall): Promise<SkillCallOutcome>
}
