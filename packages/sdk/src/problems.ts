import { errorTable, type ErrorCode, Problem } from '@guildhall/contracts'
import * as z from 'zod'

const Issues = z.array(z.looseObject({ path: z.union([z.string(), z.array(z.unknown())]), message: z.string() }))

function issueLines(problem: Problem): string {
  const issues = Issues.safeParse(problem['issues'])
  if (!issues.success) return ''
  return issues.data
    .map(
      ({ path, message }) => `\n  ${(typeof path === 'string' ? path : path.join('.')) || '(whole value)'}: ${message}`,
    )
    .join('')
}

/** The server refused a request with a code of the contract. `problem` holds every fact it gave, `message` what and how to mend. */
export class ApiProblem extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.title}. ${problem.remedy}${issueLines(problem)}`)
    this.name = 'ApiProblem'
    this.code = problem.code
    this.status = problem.status
    this.problem = problem
  }
}

/** Nothing answered at `url`: the network, the name or the server is not there. */
export class ConnectionProblem extends Error {
  readonly url: string
  constructor(url: string, cause: unknown) {
    super(
      `Cannot reach ${url} (${reasonOf(cause)}). Check that the server is running and that its address is right, then try again.`,
      { cause },
    )
    this.name = 'ConnectionProblem'
    this.url = url
  }
}

/** Something answered at `url`, but not in the way of the contract: a proxy, another program or another version. */
export class UnexpectedReply extends Error {
  readonly url: string
  readonly status: number
  constructor(url: string, status: number, detail: string, options?: ErrorOptions) {
    super(
      `${url} answered ${status} with something this client does not understand: ${detail}. Check that the address is a Guildhall server of a matching version.`,
      options,
    )
    this.name = 'UnexpectedReply'
    this.url = url
    this.status = status
  }
}

/** The innermost reason that a failed fetch gives; browsers and Node nest it differently. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code: unknown = Reflect.get(cause, 'code')
  if (cause.cause instanceof Error) return reasonOf(cause.cause)
  return typeof code === 'string' && !cause.message.includes(code) ? `${code} ${cause.message}`.trim() : cause.message
}

/** A problem found before anything was sent, in the words of the contract. */
export function localProblem(code: ErrorCode, facts: Record<string, unknown>): ApiProblem {
  const { status, title, remedy } = errorTable[code]
  return new ApiProblem({ ...facts, type: 'about:blank', title, status, code, remedy, instance: 'client' })
}

const Spoken = z.looseObject({ title: z.string(), remedy: z.string().optional(), code: z.string().optional() })

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line === '') return 'an empty body'
  return line.length > 160 ? `"${line.slice(0, 160)}…"` : `"${line}"`
}

/** Parses JSON, or undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Turns a reply that is not 2xx into the error to throw. */
export async function problemOf(url: string, response: Response): Promise<ApiProblem | UnexpectedReply> {
  const text = await response.text().catch(() => '')
  const body = jsonOf(text)
  const problem = Problem.safeParse(body)
  if (problem.success) return new ApiProblem(problem.data)
  const spoken = Spoken.safeParse(body)
  const detail = spoken.success
    ? [spoken.data.title, spoken.data.remedy, spoken.data.code].filter(Boolean).join(' | ')
    : excerpt(text)
  return new UnexpectedReply(url, response.status, detail)
}

/** Says which field of a reply broke the contract. */
export function malformed(url: string, status: number, error: z.ZodError): UnexpectedReply {
  const first = error.issues[0]
  const where = first && first.path.length > 0 ? first.path.join('.') : 'the whole reply'
  return new UnexpectedReply(url, status, `${where}: ${first?.message ?? 'not as in the contract'}`, { cause: error })
}

/** The reply was not JSON at all. */
export function notJson(url: string, status: number, text: string): UnexpectedReply {
  return new UnexpectedReply(url, status, `expected JSON, got ${excerpt(text)}`)
}
