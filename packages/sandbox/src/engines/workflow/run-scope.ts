import type { JsonObject, JsonValue } from '@guildhall/contracts'

/** What expressions see of a step as `steps.<id>`. */
export interface StepRecord {
  [member: string]: JsonValue
}

/** The values that expressions of one list of steps start from. */
export interface RunScope {
  /** `input`, `env` and the items of loops around. */
  variables: JsonObject
  /** Steps of this list and of those around it that have ended. */
  steps: Map<string, StepRecord>
}

/** The scope as the object that `$` means. */
export function rootOf({ variables, steps }: RunScope): JsonObject {
  return { ...variables, steps: Object.fromEntries(steps) }
}

/** A scope within: it sees what is there now, and what it adds is not seen outside. */
export function scopeWithin({ variables, steps }: RunScope, more: JsonObject = {}): RunScope {
  return { variables: { ...variables, ...more }, steps: new Map(steps) }
}
