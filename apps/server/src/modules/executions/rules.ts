import type { ExecutionError, ExecutionPriority, ExecutionStatus, JsonValue, VersionStatus } from '@guildhall/contracts'

/** Runs of one person that are queued or running at the same time. */
export const MOST_LIVE_RUNS = 100
const MOST_WALL_MS = 300_000
const MOST_ATTEMPTS = 3
const LARGEST_FILE_BYTES = 2 * 1024 * 1024
const DEEPEST_PATH = 8
const LONGEST_SEGMENT_BYTES = 200
const LARGEST_INPUT_BYTES = 1024 * 1024
const DEEPEST_INPUT = 100

/** An output above it is kept beside the row. */
export const LARGEST_ROW_OUTPUT_BYTES = 256 * 1024

/** What is kept of the files that a run leaves. */
export const keptFileLimits = { files: 64, bytes: 16 * 1024 * 1024 }

/** How many runs of one person may be under way where the server runs `concurrency` side by side: never all of them, if there are two. */
export function shareOf(concurrency: number): number {
  return Math.max(1, Math.floor(concurrency * 0.75))
}

const priorityNumbers: Record<ExecutionPriority, number> = { interactive: 0, background: -1 }

/** The priority as the queue orders it: the higher one begins first. */
export function priorityNumber(priority: ExecutionPriority): number {
  return priorityNumbers[priority]
}

/** The priority as its user named it. */
export function priorityOf(number: number): ExecutionPriority {
  return number < 0 ? 'background' : 'interactive'
}

/** One thing that is wrong with a request: where, and what to change. */
export interface Issue {
  path: string
  message: string
}

const ended: Record<ExecutionStatus, boolean> = {
  queued: false,
  running: false,
  succeeded: true,
  failed: true,
  cancelled: true,
  timed_out: true,
}

/** Whether nothing more will happen. */
export function isEnded(status: ExecutionStatus): boolean {
  return ended[status]
}

/** What a run's lease says about it: who comes along may take it, must wait, or has nothing to do. */
export interface Lease {
  status: ExecutionStatus
  /** Runs begun so far. */
  attempt: number
  cancelRequested: boolean
  /** How long its runner may still be silent; 0 or less once it must be dead. */
  leaseLeftMs: number
}

/** What a delivered job does with its execution. */
export type Delivery = 'begin' | 'begin-again' | 'end-interrupted' | 'end-cancelled' | 'come-back' | 'nothing'

/** Decides once for every delivery, the first and those after a crash. */
export function judgeDelivery(lease: Lease, action: { idempotent: boolean }): Delivery {
  if (isEnded(lease.status)) return 'nothing'
  if (lease.status === 'queued') return 'begin'
  if (lease.leaseLeftMs > 0) return 'come-back'
  if (lease.cancelRequested) return 'end-cancelled'
  return action.idempotent && lease.attempt < MOST_ATTEMPTS ? 'begin-again' : 'end-interrupted'
}

/** The error of a run whose server went away. */
export function interruptedError(): ExecutionError {
  return {
    errorType: 'interrupted',
    message: 'The server stopped while this ran. What it had done by then is not undone.',
    recoveryOptions: ['Look at the events to see how far it came', 'Start it again'],
  }
}

/** The error of a run that its user stopped. */
export function cancelledError(): ExecutionError {
  return { errorType: 'cancelled', message: 'You cancelled this run.', recoveryOptions: ['Start it again'] }
}

/** The wall clock limit of one run, in milliseconds. */
export function wallMsOf(action: { timeoutMs: number }): number {
  return Math.min(action.timeoutMs, MOST_WALL_MS)
}

/** JSON with sorted names and no spaces: equal requests have equal text. After RFC 8785. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** Whether a value nests deeper than code that walks it can bear. Itself it does not recurse. */
function isTooDeep(value: JsonValue): boolean {
  let level: JsonValue[] = [value]
  for (let depth = 0; depth <= DEEPEST_INPUT; depth += 1) {
    level = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []))
    if (level.length === 0) return false
  }
  return true
}

/** What makes an input unfit for any action. */
export function inputIssues(input: JsonValue): Issue[] {
  if (isTooDeep(input)) return [{ path: 'input', message: `nests deeper than ${DEEPEST_INPUT} levels` }]
  const sizeBytes = Buffer.byteLength(JSON.stringify(input))
  if (sizeBytes <= LARGEST_INPUT_BYTES) return []
  const message = `has ${sizeBytes} bytes as JSON, at most ${LARGEST_INPUT_BYTES} are taken; hand large data over as files`
  return [{ path: 'input', message }]
}

function segmentProblem(segment: string): string | null {
  if (segment === '') return 'has an empty part: write a/b, without a slash in front, behind or twice'
  if (segment === '.' || segment === '..') return `may not contain "${segment}"`
  if (Buffer.byteLength(segment) > LONGEST_SEGMENT_BYTES) return `has a part of over ${LONGEST_SEGMENT_BYTES} bytes`
  if (/[\\:*?"<>|\u0000-\u001f\u007f]/.test(segment) || !segment.isWellFormed())
    return 'has a character that not every file system takes (\\ : * ? " < > | or a control character)'
  return /[. ]$/.test(segment) ? 'has a part that ends in a dot or a space' : null
}

/** Why a path cannot be one of a file in a workspace; null where it can. */
export function workspacePathProblem(path: string): string | null {
  const segments = path.split('/')
  if (segments.length > DEEPEST_PATH) return `has more than ${DEEPEST_PATH} parts`
  return segments.map(segmentProblem).find((problem) => problem !== null) ?? null
}

const folded = (path: string): string => path.normalize('NFC').toLowerCase()

function clashesWith(path: string, earlier: readonly string[]): string | null {
  const own = folded(path)
  const other = earlier.find((one) => {
    const theirs = folded(one)
    return own === theirs || own.startsWith(`${theirs}/`) || theirs.startsWith(`${own}/`)
  })
  return other === undefined ? null : `stands in the way of "${other}"`
}

/** What is wrong with the files of a request. Two paths may not be equal in any case, nor one the folder of the other. */
export function fileIssues(files: readonly { path: string; sizeBytes: number }[]): Issue[] {
  return files.flatMap(({ path, sizeBytes }, index) => {
    const earlier = files.slice(0, index).map((file) => file.path)
    const problem = workspacePathProblem(path) ?? clashesWith(path, earlier)
    const tooLarge = `has ${sizeBytes} bytes, at most ${LARGEST_FILE_BYTES} are taken`
    return [
      ...(problem === null ? [] : [{ path: `files.${index}.path`, message: problem }]),
      ...(sizeBytes > LARGEST_FILE_BYTES ? [{ path: `files.${index}.contentBase64`, message: tooLarge }] : []),
    ]
  })
}

/** Events of one attempt, its beginning and end not counted. Whoever streams more in smaller pieces gains nothing. */
export const MOST_EVENTS = 10_000

/** The error of a run that had too much to say. */
export function tooManyEventsError(): ExecutionError {
  return {
    errorType: 'output_limit',
    message: `The skill sent more than ${MOST_EVENTS} events and was stopped.`,
    recoveryOptions: ['Run it with a smaller input', 'Report this to the publisher of the skill'],
  }
}

/** The error of a run whose skill its user has no more. */
export function uninstalledError(): ExecutionError {
  return {
    errorType: 'permission_denied',
    message: 'The skill was uninstalled before this run began.',
    recoveryOptions: ['Install the skill, then start it again'],
  }
}

/** The error of a run whose draft is no more. */
export function draftGoneError(): ExecutionError {
  return {
    errorType: 'permission_denied',
    message: 'The draft was removed, or had expired, before this run began.',
    recoveryOptions: ['Upload the package again, then start it'],
  }
}

/** The error of a run whose version is not given out any more. */
export function unavailableError(version: { status: VersionStatus; statusReason: string | null }): ExecutionError {
  const why = version.statusReason === null ? '' : `: ${version.statusReason}`
  return {
    errorType: 'permission_denied',
    message: `This version of the skill was ${version.status}${why}`,
    recoveryOptions: ['Move to another version in your library'],
  }
}

/** The error of a run that failed for a reason on our side. */
export function serverError(message: string): ExecutionError {
  return {
    errorType: 'sandbox_error',
    message: message.slice(0, 4000),
    recoveryOptions: ['Start it again', 'Report this to the operator of the server'],
  }
}

/** What a run adds to a page. */
export function bytesOnPage({ input, output }: { input: JsonValue; output: JsonValue | null }): number {
  return Buffer.byteLength(JSON.stringify([input, output]))
}
