/** What the command ends with. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, notSignedIn: 3, unreachable: 4 } as const

interface FailureFacts {
  /** The file, address or thing it happened at. */
  where?: string
  /** What the user can do now. */
  remedy?: string
  exitCode?: number
  cause?: unknown
}

/** A failure told to the user in words: what, where, how to mend. */
export class Failure extends Error {
  readonly where: string | undefined
  readonly remedy: string | undefined
  readonly exitCode: number
  constructor(what: string, facts: FailureFacts = {}) {
    super(what, { cause: facts.cause })
    this.name = 'Failure'
    this.where = facts.where
    this.remedy = facts.remedy
    this.exitCode = facts.exitCode ?? exitCodes.failed
  }
}

/** The command line itself is wrong. */
export function usageFailure(what: string, remedy: string): Failure {
  return new Failure(what, { remedy, exitCode: exitCodes.usage })
}

/** A command that needs an account was called without one. */
export function signInFailure(registry: string): Failure {
  return new Failure('You are not signed in', {
    where: registry,
    remedy: 'Run `guildhall login`, or set GUILDHALL_TOKEN to an API key.',
    exitCode: exitCodes.notSignedIn,
  })
}
