import type { Engine } from '../run.ts'
import { createJavascriptEngine } from './javascript/javascript-engine.ts'

export interface EnginesOptions {
  /** Processes that each engine keeps waiting. */
  poolSize: number
}

/** Every engine that there is. Each finds out for itself what this machine can do. */
export function createEngines({ poolSize }: EnginesOptions): Engine[] {
  return [createJavascriptEngine({ poolSize })]
}
