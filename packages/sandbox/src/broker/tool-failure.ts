import type { ToolErrorType } from '../run.ts'

/** A tool could not do what it was asked; the message is for the skill's author and user, `cause` for the log of the host only. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
  readonly errorType: ToolErrorType
  readonly recoveryOptions: string[]
  /** For `permission_denied`: the permission that is missing. */
  readonly permission: string | null
  constructor(
    errorType: ToolErrorType,
    message: string,
    {
      recoveryOptions = [],
      permission = null,
      cause,
    }: { recoveryOptions?: string[]; permission?: string | null; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.errorType = errorType
    this.recoveryOptions = recoveryOptions
    this.permission = permission
  }
}
