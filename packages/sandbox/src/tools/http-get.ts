import type { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import {
  OutboundError,
  type OutboundReason,
  pinnedGet,
  type PinnedGetOptions,
  type PinnedResponse,
} from '@guildhall/outbound'
import { hostToken, isGranted, permissionRefusal } from '../broker/permission-rule.ts'
import { defineTool, ToolFailure, type Tool, type ToolContext } from '../broker/tool.ts'

const MAX_REDIRECTS = 3
const MAX_BYTES = 2 * 1024 * 1024

/* Headers that steer the connection rather than describe the request. */
const hostHeaders =
  /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*)$/i

const Input = z.strictObject({
  url: z.string().max(4096),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/, 'must be a header name'), z.string().max(4096))
    .refine((headers) => Object.keys(headers).length <= 32, 'must be at most 32 headers')
    .refine(
      (headers) => !Object.keys(headers).some((name) => hostHeaders.test(name)),
      'names a header of the connection',
    )
    .refine((headers) => !Object.values(headers).some((value) => /[\r\n\0]/.test(value)), 'has a line break in a value')
    .default({}),
  as: z.enum(['text', 'json', 'base64']).default('text'),
})

function parseUrl(text: string): URL | null {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url : null
}

function permissionFor(args: JsonValue): string {
  const { success, data } = z.object({ url: z.string() }).safeParse(args)
  const url = success ? parseUrl(data.url) : null
  return url ? `network:${hostToken(url)}` : 'network'
}

function bodyOf({ body }: PinnedResponse, as: 'text' | 'json' | 'base64'): JsonValue {
  if (as === 'base64') return body.toString('base64')
  if (as === 'text') return body.toString('utf8')
  try {
    const value: JsonValue = JSON.parse(body.toString('utf8'))
    return value
  } catch {
    throw new ToolFailure('tool_error', 'The answer is not JSON', { recoveryOptions: ['Ask for it as text'] })
  }
}

function nextUrl(answer: PinnedResponse, url: URL): URL | null {
  const { location } = answer.headers
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return null
  const next = parseUrl(URL.parse(location, url.href)?.href ?? '')
  if (!next) throw new ToolFailure('network_error', 'The answer leads to an address that is not http or https')
  return next
}

const advice: Record<OutboundReason, string[]> = {
  'no-address': ['Check the host name'],
  'private-address': ['Use a public host'],
  unreachable: ['Try again'],
  'too-large': ['Ask for a smaller part'],
  'bad-encoding': [],
}

async function get(options: PinnedGetOptions): Promise<PinnedResponse> {
  return pinnedGet(options).catch((error: unknown) => {
    if (!(error instanceof OutboundError)) throw error
    const type = error.reason === 'too-large' ? 'too_large' : 'network_error'
    throw new ToolFailure(type, error.message, { recoveryOptions: advice[error.reason] })
  })
}

async function follow(first: URL, headers: Record<string, string>, context: ToolContext) {
  let url = first
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const permission = `network:${hostToken(url)}`
    if (!isGranted(context.permissions, permission)) throw permissionRefusal(permission, 'http.get')
    // What was meant for one server is not handed on to another.
    const own = url.origin === first.origin ? headers : {}
    const { signal, resolveHost, allowPrivateHosts } = context
    const sent = { 'user-agent': 'guildhall', 'accept-encoding': 'gzip', ...own }
    const answer = await get({ url, headers: sent, signal, maxBytes: MAX_BYTES, resolveHost, allowPrivateHosts })
    const next = nextUrl(answer, url)
    if (!next) return { url, answer }
    url = next
  }
  throw new ToolFailure('network_error', `The answer leads on more than ${MAX_REDIRECTS} times`)
}

/** GET of a public http or https address on a granted host. Answers for every status; at most 2 MiB, 10 s and 3 redirects. */
export function createHttpGet(): Tool {
  return defineTool({
    name: 'http.get',
    summary: 'Read a web address on a host that was granted',
    permission: 'network',
    permissionFor,
    input: Input,
    async execute({ url: text, headers, as }, context) {
      const first = parseUrl(text)
      if (!first)
        throw new ToolFailure('input_invalid', 'url must be an http or https address without a user name', {
          recoveryOptions: ['Correct the address'],
        })
      const { url, answer } = await follow(first, headers, context)
      return { status: answer.status, url: url.href, headers: answer.headers, body: bodyOf(answer, as) }
    },
  })
}
