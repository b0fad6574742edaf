import type { PlannedStep } from '@guildhall/skill-format/workflow'
import type { RunScope } from './run-scope.ts'
import type { RunState } from './run-state.ts'

/** Where steps run. */
export interface Scene {
  run: RunState
  scope: RunScope
  /** Aborts when the steps shall stop. */
  signal: AbortSignal
}

/** Where one step runs; it may have steps of its own. */
export interface StepScene extends Scene {
  runSteps(steps: readonly PlannedStep[], scene: Scene): Promise<void>
}
