import { isIP, type LookupFunction } from 'node:net'
import { Agent, request } from 'undici'
import { chooseAddress, type Reach } from './choose-address.ts'
import { decodeBody, tooLarge } from './decode-body.ts'
import { OutboundError } from './outbound-error.ts'

/** What came back for one request, unpacked. */
export interface PinnedResponse {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export const outboundMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type OutboundMethod = (typeof outboundMethods)[number]

export interface PinnedRequestOptions extends Reach {
  method: OutboundMethod
  /** http or https. */
  url: URL
  headers: Record<string, string>
  body: Uint8Array | null
  signal: AbortSignal
  /** Holds for the body as it comes and as it is unpacked. */
  maxBytes: number
  /** Hangs up after the headers; the body is empty then. */
  isHeadersOnly?: boolean
  /** Hears of bytes sent and received, about as many as cross the wire. What it throws ends the request, as the cause of the error. */
  onBytes?: (bytes: number) => void
}

const MAX_HEADER_BYTES = 32 * 1024

function pinnedLookup(address: string): LookupFunction {
  const family = isIP(address)
  return (_hostName, options, callback) => {
    if (options.all) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

async function readAtMost(
  stream: AsyncIterable<Buffer>,
  maxBytes: number,
  onBytes: (bytes: number) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    onBytes(chunk.byteLength)
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

function headerBytes(headers: Record<string, string>): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)
}

async function exchange(options: PinnedRequestOptions, dispatcher: Agent): Promise<PinnedResponse> {
  const { method, url, headers, body, signal, maxBytes, isHeadersOnly = false, onBytes = () => undefined } = options
  onBytes(method.length + url.href.length + headerBytes(headers) + (body?.byteLength ?? 0))
  const answer = await request(url, { dispatcher, headers, signal, method, body })
  const answerHeaders = flatHeaders(answer.headers)
  onBytes(headerBytes(answerHeaders))
  if (isHeadersOnly) {
    answer.body.on('error', () => undefined).destroy()
    return { status: answer.statusCode, headers: answerHeaders, body: Buffer.alloc(0) }
  }
  const raw = await readAtMost(answer.body, maxBytes, onBytes)
  const encoding = raw.byteLength === 0 ? '' : (answerHeaders['content-encoding'] ?? '')
  return { status: answer.statusCode, headers: answerHeaders, body: await decodeBody(raw, encoding, maxBytes) }
}

/**
 * One request without following redirects. The name is resolved once, every address of it is checked, and the connection goes to the
 * address that was checked, so that a second answer of the resolver changes nothing. Rejects with OutboundError.
 */
export async function pinnedRequest(options: PinnedRequestOptions): Promise<PinnedResponse> {
  const { url } = options
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const address = await chooseAddress({ hostName: url.hostname, port }, options)
  const connect = { lookup: pinnedLookup(address), timeout: 5_000 }
  const dispatcher = new Agent({ connect, pipelining: 0, maxHeaderSize: MAX_HEADER_BYTES })
  try {
    return await exchange(options, dispatcher)
  } catch (error) {
    if (error instanceof OutboundError) throw error
    throw new OutboundError('unreachable', `${url.host} could not be reached`, { cause: error })
  } finally {
    await dispatcher.destroy()
  }
}

export type PinnedGetOptions = Omit<PinnedRequestOptions, 'method' | 'body' | 'onBytes'>

/** One GET, as `pinnedRequest` does it. */
export function pinnedGet(options: PinnedGetOptions): Promise<PinnedResponse> {
  return pinnedRequest({ ...options, method: 'GET', body: null })
}
