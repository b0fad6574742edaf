import * as z from 'zod'

interface ErrorEntry {
  status: number
  title: string
  remedy: string
}

/** Every error a caller can meet: its HTTP status, what it says and what to do next. */
export const errorTable = {
  'request.invalid': {
    status: 400,
    title: 'The request does not match the contract',
    remedy: 'Correct the fields named in issues.',
  },
  'request.too-large': {
    status: 413,
    title: 'The request is larger than allowed',
    remedy: 'Send at most limitBytes bytes.',
  },
  'request.rate-limited': {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait retryAfterSeconds, then try again.',
  },
  'request.range-not-satisfiable': {
    status: 416,
    title: 'The file has no such range of bytes',
    remedy: 'Ask for a range below sizeBytes, or for the whole file.',
  },
  'request.cross-site': {
    status: 403,
    title: 'A request with cookies came from another site',
    remedy: 'Send it from the site itself, or use an API key.',
  },
  'route.not-found': {
    status: 404,
    title: 'There is nothing at this address',
    remedy: 'See /docs/api for the routes that exist.',
  },
  'idempotency.mismatch': {
    status: 409,
    title: 'This Idempotency-Key was used for another request',
    remedy: 'Use a fresh key for a different request.',
  },
  'server.busy': { status: 503, title: 'The server is draining or overloaded', remedy: 'Try again in a few seconds.' },
  internal: {
    status: 500,
    title: 'Something broke on our side',
    remedy: 'Try again; if it stays, report the request id.',
  },
  'auth.required': {
    status: 401,
    title: 'Sign in first',
    remedy: 'Log in, or send Authorization: Bearer with an API key.',
  },
  'auth.forbidden': {
    status: 403,
    title: 'You may not do this',
    remedy: 'Ask an administrator for the role or scope named in needs.',
  },
  'auth.invalid-credentials': { status: 401, title: 'Email or password is wrong', remedy: 'Check both and try again.' },
  'auth.email-taken': { status: 409, title: 'This email already has an account', remedy: 'Log in instead.' },
  'auth.handle-taken': {
    status: 409,
    title: 'This handle is taken',
    remedy: 'Choose another handle; handles are never reused.',
  },
  'auth.refresh-refused': { status: 401, title: 'This refresh token is not valid any more', remedy: 'Log in again.' },
  'auth.key-not-found': {
    status: 404,
    title: 'You have no API key with this id',
    remedy: 'List your keys to see their ids.',
  },
  'auth.too-many-keys': {
    status: 409,
    title: 'You have as many API keys as one account can have',
    remedy: 'Revoke a key that you no longer use.',
  },
  'user.not-found': { status: 404, title: 'No such user', remedy: 'List the users to see their ids.' },
  'user.last-admin': {
    status: 409,
    title: 'The last administrator cannot go',
    remedy: 'Make somebody else an administrator first.',
  },
  'publisher.not-found': { status: 404, title: 'No such publisher', remedy: 'Check the handle.' },
  'skill.not-found': {
    status: 404,
    title: 'No such skill',
    remedy: 'Check the publisher and the name, or search for it.',
  },
  'skill.ambiguous': {
    status: 409,
    title: 'Several publishers have a skill of this name',
    remedy: 'Name the publisher, too, as in one of matches.',
  },
  'skill.name-taken': {
    status: 409,
    title: 'This name is taken',
    remedy: 'Choose another name; a name that was used once is never given again.',
  },
  'skill.not-publishable': {
    status: 409,
    title: 'The skill does not conform to the specification, so it cannot be public',
    remedy: 'Release versions that conform, withdraw those named in versions, then try again.',
  },
  'skill.review-required': {
    status: 409,
    title: 'An administrator has to look at the skill before it becomes public',
    remedy: 'Ask an administrator to change its visibility, or publish a new version as public.',
  },
  'version.not-found': {
    status: 404,
    title: 'This skill has no such version',
    remedy: 'List the versions of the skill.',
  },
  'version.file-not-found': {
    status: 404,
    title: 'This version has no such file',
    remedy: 'List the files of the version.',
  },
  'version.unavailable': {
    status: 410,
    title: 'This version is not given out any more',
    remedy: 'Use another version; the reason is named in reason.',
  },
  'version.wrong-status': {
    status: 409,
    title: 'The version is not in a state for this',
    remedy: 'Reload it to see its status.',
  },
  'version.nothing-before': {
    status: 404,
    title: 'There is no earlier version to compare with',
    remedy: 'Name the version to compare with in from.',
  },
  'dependencies.unresolvable': {
    status: 409,
    title: 'The dependencies cannot be resolved',
    remedy: 'Change the ranges of the skills named in path, or publish a version that fits.',
  },
  'tag.not-found': { status: 404, title: 'The skill has no such tag', remedy: 'List the tags of the skill.' },
  'tag.reserved': {
    status: 409,
    title: 'This tag cannot be used so',
    remedy: 'latest can be moved but not removed, and a tag must not look like a version.',
  },
  'transfer.not-found': { status: 404, title: 'No such transfer', remedy: 'List your transfers.' },
  'transfer.exists': {
    status: 409,
    title: 'A transfer of this skill is waiting already',
    remedy: 'Cancel it first, or wait for its answer.',
  },
  'transfer.not-pending': {
    status: 409,
    title: 'This transfer has been decided',
    remedy: 'Reload it to see its status.',
  },
  'import.not-found': { status: 404, title: 'No such import', remedy: 'List your imports.' },
  'import.too-many': {
    status: 429,
    title: 'This publisher has too many imports under way',
    remedy: 'Wait for one to end; an import brings in every skill of a repository.',
  },
  'import.source-refused': {
    status: 400,
    title: 'This source cannot be imported',
    remedy: 'Give a public https repository, such as owner/repo or https://host/owner/repo; see why.',
  },
  'submission.not-found': { status: 404, title: 'No such submission', remedy: 'List your submissions.' },
  'submission.not-in-review': {
    status: 409,
    title: 'This submission is not waiting for a review',
    remedy: 'Reload it to see its state.',
  },
  'upload.unsupported': {
    status: 415,
    title: 'This kind of file cannot be published',
    remedy: 'Upload a zip, .skill, .aisapp or tar.gz.',
  },
  'upload.empty': { status: 400, title: 'The upload has no bytes', remedy: 'Send the archive as the request body.' },
  'installation.not-found': { status: 404, title: 'This is not in your library', remedy: 'Install the skill first.' },
  'installation.exists': {
    status: 409,
    title: 'This skill is already in your library',
    remedy: 'Change its version instead of installing it again.',
  },
  'installation.consent-required': {
    status: 409,
    title: 'The skill asks for permissions that were not granted',
    remedy: 'Show the missing permissions to the installer and send the full grant.',
  },
  'secret.not-granted': {
    status: 409,
    title: 'The skill may not use a secret of this name',
    remedy: 'Use one of the names in granted; they are what the skill asked for and you consented to.',
  },
  'secret.not-found': {
    status: 404,
    title: 'This secret has no value',
    remedy: 'List the secrets of the installation.',
  },
  'draft.not-found': { status: 404, title: 'You have no such draft', remedy: 'Upload the package again.' },
  'draft.too-many': {
    status: 409,
    title: 'You have as many drafts as one account can have',
    remedy: 'Remove a draft that you no longer use.',
  },
  'execution.no-output': {
    status: 404,
    title: 'This execution has no result',
    remedy: 'Wait for it to end; one that failed has an error instead.',
  },
  'execution.file-not-found': {
    status: 404,
    title: 'This execution left no such file',
    remedy: 'See files of the execution.',
  },
  'execution.not-found': { status: 404, title: 'No such execution', remedy: 'List your executions.' },
  'execution.already-ended': { status: 409, title: 'This execution has already ended', remedy: 'Start a new one.' },
  'execution.unknown-action': {
    status: 404,
    title: 'The skill has no such action',
    remedy: 'Use one of the actions named in actions.',
  },
  'execution.input-invalid': {
    status: 422,
    title: 'The input does not match the action',
    remedy: 'Correct the fields named in issues.',
  },
  'execution.not-runnable': {
    status: 409,
    title: 'This server cannot run this kind of skill yet',
    remedy: 'Run it on another runtime, or install it into your agent.',
  },
  'execution.too-many': {
    status: 429,
    title: 'You have too many executions under way',
    remedy: 'Wait for one to end, or cancel one.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorTable
export const ErrorCode = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]])

/** What every problem says already: a fact of such a name would be lost behind it. */
type OwnWord = 'type' | 'title' | 'status' | 'code' | 'remedy' | 'instance'

/** Facts about an error, safe to show to a stranger. */
export type ErrorFacts = Record<string, z.infer<ReturnType<typeof z.json>>> & { [W in OwnWord]?: never }

/** An error with a code of the table and facts that are safe for strangers. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts
  constructor(code: ErrorCode, facts: ErrorFacts = {}, options?: ErrorOptions) {
    super(`${errorTable[code].title} (${code})`, options)
    this.name = 'AppError'
    this.code = code
    this.facts = facts
  }
  get status(): number {
    return errorTable[this.code].status
  }
}

/** The body of every failed request: RFC 9457 `application/problem+json`. */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: ErrorCode,
    remedy: z.string(),
    instance: z.string().meta({ description: 'Request id, as in the log' }),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
