import { ApiProblem, ConnectionProblem, UnexpectedReply } from '@guildhall/sdk'
import { exitCodes, Failure } from '../failures.ts'
import type { Paint } from './paint.ts'
import { plainText } from './plain-text.ts'

/** A failure as facts: what happened, where, and what to do now. */
export interface FailureReport {
  what: string
  where: string | null
  remedy: string | null
  code: string | null
  issues: string[]
  exitCode: number
}

type Environment = Readonly<Record<string, string | undefined>>

function issuesOf(message: string): string[] {
  const [, ...lines] = message.split('\n  ')
  return lines.map((line) => line.replace(/^(body|params|query)\./, ''))
}

/** What to do here, where the API knows only what its own callers could do. */
const hints: Partial<Record<string, string>> = {
  'request.invalid': 'Correct what is named above. --help tells what the command takes.',
  'execution.input-invalid': 'Correct what is named above. `guildhall info` names the inputs of each action.',
  'skill.not-found': 'Check the publisher and the name, or look for it with `guildhall search`.',
  'version.not-found': 'See which there are with `guildhall versions`.',
  'version.wrong-status': 'See how it stands with `guildhall versions`.',
  'version.nothing-before': 'Name two versions, such as `guildhall diff @acme/seo-writer@1.0.0 1.1.0`.',
  'submission.not-found': 'See yours with `guildhall submissions`.',
  'execution.not-found': 'See yours with `guildhall runs`.',
  'transfer.not-found': 'See yours with `guildhall transfer list`.',
  'transfer.not-pending': 'See how it stands with `guildhall transfer list`.',
  'tag.not-found': 'See which there are with `guildhall tag list`.',
}

function remedyOf({ code, remedy }: ApiProblem['problem'], { GUILDHALL_TOKEN }: Environment): string {
  if (code === 'auth.forbidden') return `${remedy} Run \`guildhall whoami\` to see who you are.`
  if (code !== 'auth.required') return hints[code] ?? remedy
  // It goes before what is stored, so that signing in would change nothing.
  return GUILDHALL_TOKEN
    ? 'It is the one in GUILDHALL_TOKEN: set it to another API key, or unset it and run `guildhall login`.'
    : 'Run `guildhall login`, or set GUILDHALL_TOKEN to an API key.'
}

function exitCodeOf({ code, instance }: ApiProblem['problem']): number {
  if (code === 'auth.required') return exitCodes.notSignedIn
  // Nothing was sent: what stands in the command line cannot be right.
  return code === 'request.invalid' && instance === 'client' ? exitCodes.usage : exitCodes.failed
}

function ofProblem({ problem, message }: ApiProblem, registry: string, env: Environment): FailureReport {
  const { instance, title, code, status } = problem
  const shown = ['type', 'title', 'status', 'code', 'remedy', 'instance', 'issues']
  // Each issue names its own place; the part of the request they are all in tells people nothing.
  if (code === 'request.invalid') shown.push('where')
  const facts = Object.entries(problem)
    .filter(([name]) => !shown.includes(name))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return {
    what: `${code === 'request.invalid' ? 'Something that was given is not taken' : title} (${code}, ${status})`,
    where: instance === 'client' ? null : `${registry}, request ${instance}`,
    remedy: remedyOf(problem, env),
    code,
    issues: [...issuesOf(message), ...facts],
    exitCode: exitCodeOf(problem),
  }
}

const ordinary = { code: null, issues: [], exitCode: exitCodes.failed }

const textField = (error: Error, name: string): string | null => {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : null
}

/** The same for what this machine found itself. */
const known: Partial<Record<string, string>> = {
  'source.not-understood':
    'Write @publisher/name for a skill of the registry, else owner/repo, an address of git, or a folder, such as ./my-skill.',
  'folder.empty': 'Name the folder that contains SKILL.md, or make a skill with `guildhall init`.',
}

/** PackageError and InstallProblem carry a code and a remedy; their packages are too slow to load for every command. */
function ofKnownError(error: Error): FailureReport | null {
  const [code, remedy] = [textField(error, 'code'), textField(error, 'remedy')]
  if (code === null || remedy === null) return null
  const what = textField(error, 'title') ?? error.message.replace(remedy, '').trim().replace(/\.$/, '')
  const here = known[code] ?? remedy.replace(/ with force\b/, ' with --force')
  return { ...ordinary, what: `${what} (${code})`, where: textField(error, 'where'), remedy: here, code }
}

/** What errors of the system mean, where it is known at which place. */
const plainly: Partial<Record<string, string>> = {
  ENOENT: 'Nothing is there',
  EACCES: 'You have no right to read or write there',
  EPERM: 'You have no right to read or write there',
  EROFS: 'Nothing can be written there',
}

function ofSystemError(error: Error): FailureReport {
  const remedies: Record<string, string> = {
    ENOENT: 'Check the path.',
    EACCES: 'Check who may read and write there.',
    EPERM: 'Check who may read and write there.',
    EROFS: 'Choose a place that can be written to.',
    EISDIR: 'Name a file, not a folder.',
    ENOTDIR: 'Name a folder, not a file.',
    ENOSPC: 'Free some space on this disk.',
  }
  const [code, where] = [textField(error, 'code'), textField(error, 'path')]
  const remedy = remedies[code ?? ''] ?? 'Run it again with --debug to see more.'
  return { ...ordinary, what: (where !== null && plainly[code ?? '']) || error.message, where, remedy }
}

/** Says of any thrown value what, where and how to mend. */
export function failureReport(error: unknown, registry: string, env: Environment = {}): FailureReport {
  if (error instanceof Failure) {
    const { message: what, where = null, remedy = null, exitCode } = error
    return { ...ordinary, what, where, remedy, exitCode }
  }
  if (error instanceof ApiProblem) return ofProblem(error, registry, env)
  if (error instanceof ConnectionProblem || error instanceof UnexpectedReply) {
    const [what = '', ...rest] = error.message.split('. ')
    const remedy = `${rest.join('. ')} The registry is set by --registry or GUILDHALL_REGISTRY.`
    return { ...ordinary, what, where: error.url, remedy, exitCode: exitCodes.unreachable }
  }
  if (error instanceof Error) return ofKnownError(error) ?? ofSystemError(error)
  return { ...ordinary, what: String(error), where: null, remedy: null }
}

/** The report as lines for people. */
export function failureLines(report: FailureReport, paint: Paint): string[] {
  const line = (label: string, text: string | null) => (text ? [`  ${paint.dim(label)}  ${plainText(text)}`] : [])
  return [
    `${paint.red('error:')} ${plainText(report.what)}`,
    ...report.issues.map((issue) => `  - ${plainText(issue)}`),
    ...line('where:', report.where),
    ...line('mend: ', report.remedy),
  ]
}
