import { acceptedEncodings, type OutboundMethod } from '@guildhall/outbound'
import { ToolFailure, type ToolContext } from '../../broker/tool.ts'
import { type BodyParts, httpLimits } from './request-fields.ts'

/** A request as a skill asked for it. */
export interface SkillRequest {
  method: OutboundMethod
  url: URL
  /** Whether a server led here: in such an address no secret is filled in. */
  isRedirected?: boolean
  headers: Record<string, string>
  body: BodyParts
}

/** The same as it goes over the wire. */
export interface WireRequest {
  url: URL
  headers: Record<string, string>
  body: Uint8Array | null
}

interface PlainBody {
  bytes: Buffer
  contentType: string
}

function plainBody({ body, url }: SkillRequest, { secrets }: ToolContext): PlainBody | null {
  const { text, json, base64, form } = body
  const filled = (content: string, within: 'text' | 'json' | 'form') =>
    Buffer.from(secrets.fill(content, { url, within }))
  if (text !== undefined) return { bytes: filled(text, 'text'), contentType: 'text/plain; charset=utf-8' }
  if (json !== undefined) return { bytes: filled(JSON.stringify(json), 'json'), contentType: 'application/json' }
  if (base64 !== undefined) return { bytes: Buffer.from(base64, 'base64'), contentType: 'application/octet-stream' }
  if (form === undefined) return null
  const contentType = 'application/x-www-form-urlencoded'
  return { bytes: filled(new URLSearchParams(form).toString(), 'form'), contentType }
}

/** Whether there is anything to send after the headers. */
export function hasBody(body: BodyParts): boolean {
  return Object.values(body).some((part) => part !== undefined)
}

/**
 * What is sent for a request of a skill, made anew before every connection: the one place where what a skill wrote becomes what another
 * host reads, with the values of secrets. Throws ToolFailure.
 */
export function wireRequest(request: SkillRequest, context: ToolContext): WireRequest {
  const { secrets } = context
  const { url, isRedirected = false } = request
  const body = plainBody(request, context)
  if (body !== null && body.bytes.byteLength > httpLimits.bodyBytes)
    throw new ToolFailure('too_large', `The body has more than ${httpLimits.bodyBytes} bytes`, {
      recoveryOptions: ['Send less, or in several requests'],
    })
  const own = new Map(
    Object.entries(request.headers).map(([name, value]) => [
      name.toLowerCase(),
      secrets.fill(value, { url, within: 'header' }),
    ]),
  )
  const defaults = {
    'user-agent': 'guildhall',
    'accept-encoding': acceptedEncodings,
    ...(body === null ? {} : { 'content-type': body.contentType }),
  }
  const headers = { ...defaults, ...Object.fromEntries(own) }
  return { url: isRedirected ? url : secrets.fillUrl(url), headers, body: body?.bytes ?? null }
}
