import { isIP, type LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { Agent, request } from 'undici'
import { chooseAddress, type Reach } from './choose-address.ts'
import { OutboundError } from './outbound-error.ts'

/** What came back for one request, unpacked. */
export interface PinnedResponse {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export interface PinnedGetOptions extends Reach {
  /** http or https. */
  url: URL
  headers: Record<string, string>
  signal: AbortSignal
  /** Holds for the body as it comes and as it is unpacked. */
  maxBytes: number
  /** Hangs up after the headers; the body is empty then. */
  isHeadersOnly?: boolean
}

function pinnedLookup(address: string): LookupFunction {
  const family = isIP(address)
  return (_hostName, options, callback) => {
    if (options.all) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

function tooLarge(maxBytes: number): OutboundError {
  return new OutboundError('too-large', `The answer is larger than ${maxBytes} bytes`)
}

async function readAtMost(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const decoders = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
])

async function unpack(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  if (encoding === '' || encoding === 'identity') return body
  const decode = decoders.get(encoding)
  if (!decode) throw new OutboundError('bad-encoding', `The answer has the unknown encoding ${encoding.slice(0, 50)}`)
  try {
    return await decode(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes)
    throw new OutboundError('bad-encoding', 'The answer cannot be unpacked', { cause: error })
  }
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

/**
 * One GET without following redirects. The name is resolved once, every address of it is checked, and the connection goes to the
 * address that was checked, so that a second answer of the resolver changes nothing. Rejects with OutboundError.
 */
export async function pinnedGet(options: PinnedGetOptions): Promise<PinnedResponse> {
  const { url, headers, signal, maxBytes } = options
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const address = await chooseAddress({ hostName: url.hostname, port }, options)
  const dispatcher = new Agent({ connect: { lookup: pinnedLookup(address), timeout: 5_000 }, pipelining: 0 })
  try {
    const answer = await request(url, { dispatcher, headers, signal, method: 'GET' })
    const answerHeaders = flatHeaders(answer.headers)
    if (options.isHeadersOnly) {
      answer.body.on('error', () => undefined).destroy()
      return { status: answer.statusCode, headers: answerHeaders, body: Buffer.alloc(0) }
    }
    const raw = await readAtMost(answer.body, maxBytes)
    const body = await unpack(raw, (answerHeaders['content-encoding'] ?? '').trim().toLowerCase(), maxBytes)
    return { status: answer.statusCode, headers: answerHeaders, body }
  } catch (error) {
    if (error instanceof OutboundError) throw error
    throw new OutboundError('unreachable', `${url.host} could not be reached`, { cause: error })
  } finally {
    await dispatcher.destroy()
  }
}
