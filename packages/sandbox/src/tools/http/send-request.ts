import type { JsonValue } from '@guildhall/contracts'
import { OutboundError, type OutboundReason, pinnedRequest, type PinnedResponse } from '@guildhall/outbound'
import { hostToken, isGranted, permissionRefusal } from '../../broker/permission-rule.ts'
import { ToolFailure, type ToolContext } from '../../broker/tool.ts'
import { HostileJsonError } from '../../json-text.ts'
import { parseInTurns } from '../../large-json.ts'
import { type HttpAnswer, httpLimits, parseHttpUrl } from './request-fields.ts'
import { hasBody, type SkillRequest, wireRequest } from './wire-request.ts'

const advice: Record<OutboundReason, string[]> = {
  'no-address': ['Check the host name'],
  'private-address': ['Use a public host'],
  unreachable: ['Try again'],
  'too-large': ['Ask for a smaller part'],
  'bad-encoding': [],
}

/** Throws what went wrong as the skill is told it. */
function explain(error: unknown): never {
  if (!(error instanceof OutboundError)) throw error
  // What the counter of bytes said.
  if (error.cause instanceof ToolFailure) throw error.cause
  const type = error.reason === 'too-large' ? 'too_large' : 'network_error'
  throw new ToolFailure(type, error.message, { recoveryOptions: advice[error.reason] })
}

/** Ports of services that are not for the web; they are reached only where the grant names host and port. */
function isPrivilegedPort({ port }: URL): boolean {
  return port !== '' && Number(port) < 1024 && !['80', '443'].includes(port)
}

function checkHost(url: URL, { permissions }: ToolContext, toolName: string) {
  const token = hostToken(url)
  const permission = `network:${token}`
  const isCovered = isPrivilegedPort(url)
    ? permissions.network.hosts.includes(token)
    : isGranted(permissions, permission)
  if (!isCovered) throw permissionRefusal(permission, toolName)
}

function exchange(request: SkillRequest, context: ToolContext): Promise<PinnedResponse> {
  const { signal, resolveHost, allowPrivateHosts } = context
  return pinnedRequest({
    ...wireRequest(request, context),
    method: request.method,
    signal,
    maxBytes: httpLimits.bodyBytes,
    resolveHost,
    allowPrivateHosts,
    onBytes: (bytes) => context.countNetwork(bytes),
  }).catch(explain)
}

function redirectUrl({ status, headers }: PinnedResponse, from: URL): URL | null {
  const { location } = headers
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return null
  const next = parseHttpUrl(URL.parse(location, from.href)?.href ?? '')
  if (!next) throw new ToolFailure('network_error', 'The answer leads to an address that is not http or https')
  return next
}

const contentHeaders = /^content-/i

function withoutContent(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !contentHeaders.test(name)))
}

/** Whether a redirect turns the method into GET, as browsers do: 303 always, 301 and 302 for POST. */
function becomesGet(status: number, method: string): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  return status === 303 || ((status === 301 || status === 302) && method === 'POST')
}

/** The request after a redirect. What was meant for one origin is not handed on to another. */
function redirected(
  request: SkillRequest,
  { status, url }: { status: number; url: URL },
  context: ToolContext,
): SkillRequest {
  const isSameOrigin = url.origin === request.url.origin
  if (!isSameOrigin && context.secrets.isIn(url.href))
    throw new ToolFailure(
      'network_error',
      `The answer leads to ${url.host} with the value of a secret, which must not go there`,
    )
  const headers = isSameOrigin ? request.headers : {}
  if (becomesGet(status, request.method))
    return { method: 'GET', url, isRedirected: true, headers: withoutContent(headers), body: {} }
  if (!isSameOrigin && hasBody(request.body))
    throw new ToolFailure('network_error', `The answer leads to ${url.host}, where the body must not go`, {
      recoveryOptions: [`Send the request to ${url.host} yourself, if that is what you want`],
    })
  return { ...request, url, isRedirected: true, headers }
}

async function bodyOf({ body }: PinnedResponse, as: SendOptions['as'], { secrets }: ToolContext): Promise<JsonValue> {
  if (as === 'base64') return Buffer.from(secrets.redactBytes(body)).toString('base64')
  if (as === 'text') return body.toString('utf8')
  try {
    return await parseInTurns(body.toString('utf8'))
  } catch (error) {
    if (!(error instanceof HostileJsonError)) throw error
    throw new ToolFailure('tool_error', 'The answer is not JSON', { recoveryOptions: ['Ask for it as text'] })
  }
}

/** How a call wants its request sent and its answer given. */
export interface SendOptions {
  toolName: string
  as: 'text' | 'json' | 'base64'
}

/**
 * Sends a request of a skill to a public address of a granted host, and follows at most three redirects, each checked like the first address.
 * Answers for every status. Rejects with ToolFailure.
 */
export async function sendRequest(
  first: SkillRequest,
  { toolName, as }: SendOptions,
  context: ToolContext,
): Promise<HttpAnswer> {
  let request = first
  for (let hop = 0; hop <= httpLimits.redirects; hop++) {
    checkHost(request.url, context, toolName)
    const answer = await exchange(request, context)
    const next = redirectUrl(answer, request.url)
    if (!next)
      return {
        status: answer.status,
        url: request.url.href,
        headers: answer.headers,
        body: await bodyOf(answer, as, context),
      }
    request = redirected(request, { status: answer.status, url: next }, context)
  }
  throw new ToolFailure('network_error', `The answer leads on more than ${httpLimits.redirects} times`)
}
