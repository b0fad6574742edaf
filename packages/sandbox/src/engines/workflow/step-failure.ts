import type { ExecutionError, JsonValue } from '@guildhall/contracts'
import type { ToolErrorType } from '../../run.ts'

/** Why a step failed. The workflow may try again, go on without it, or fail for it. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
  readonly errorType: ToolErrorType | 'skill_error'
  /** What a step gives although some of its items have failed. */
  readonly output: JsonValue | undefined
  constructor(errorType: StepFailure['errorType'], message: string, output?: JsonValue) {
    super(message)
    this.errorType = errorType
    this.output = output
  }

  /** The type that the whole run has when it fails for this. */
  get executionErrorType(): ExecutionError['errorType'] {
    const same = ['permission_denied', 'quota_exceeded', 'skill_error', 'timeout'] as const
    return same.find((known) => known === this.errorType) ?? 'tool_error'
  }
}

/** The run as a whole has used up something; no step may go on after that. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure'
  readonly errorType: ExecutionError['errorType']
  constructor(errorType: ExecutionError['errorType'], message: string) {
    super(message)
    this.errorType = errorType
  }
}
