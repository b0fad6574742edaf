import type { JsonValue } from '@guildhall/contracts'
import type { Value } from './value.ts'
import type { WorkMeter } from './work-meter.ts'

/** What a function works with. The arguments have been checked against its signature. */
export interface FunctionCall {
  name: string
  /** Without the &expression. What is missing is null. */
  values: JsonValue[]
  /** The &expression, on one element. */
  apply(element: JsonValue): Value
  meter: WorkMeter
}

export type ValueFunction = (call: FunctionCall) => Value
