import { isIP, type LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { Agent, request } from 'undici'
import { ToolFailure } from '../broker/tool.ts'
import { createPublicAddressRule } from './public-address.ts'

/** What came back for one request, unpacked. */
export interface PinnedResponse {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export interface PinnedGetOptions {
  url: URL
  headers: Record<string, string>
  signal: AbortSignal
  maxBytes: number
  resolveHost: (hostName: string) => Promise<string[]>
  allowPrivateHosts: readonly string[]
}

/** An address of the host that may be reached. Every address must be allowed, so that a mixed answer gains nothing. */
async function chooseAddress({ url, resolveHost, allowPrivateHosts }: PinnedGetOptions): Promise<string> {
  const hostName = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(hostName) ? [hostName] : await resolveHost(hostName).catch(() => [])
  const [first] = addresses
  if (first === undefined)
    throw new ToolFailure('network_error', `${hostName} has no address`, { recoveryOptions: ['Check the host name'] })
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (allowPrivateHosts.includes(`${hostName}:${port}`)) return first
  const isPublic = createPublicAddressRule()
  if (addresses.every(isPublic)) return first
  throw new ToolFailure(
    'network_error',
    `${hostName} is not a public address; private and local ones cannot be reached`,
    {
      recoveryOptions: ['Use a public host'],
    },
  )
}

function pinnedLookup(address: string): LookupFunction {
  const family = isIP(address)
  return (_hostName, options, callback) => {
    if (options.all) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

function tooLarge(maxBytes: number): ToolFailure {
  return new ToolFailure('too_large', `The answer is larger than ${maxBytes} bytes`, {
    recoveryOptions: ['Ask for a smaller part'],
  })
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
  if (!decode) throw new ToolFailure('network_error', `The answer has the unknown encoding ${encoding.slice(0, 50)}`)
  try {
    return await decode(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes)
    throw new ToolFailure('network_error', 'The answer cannot be unpacked')
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
 * address that was checked, so that a second answer of the resolver changes nothing. Rejects with ToolFailure.
 */
export async function pinnedGet(options: PinnedGetOptions): Promise<PinnedResponse> {
  const { url, headers, signal, maxBytes } = options
  const address = await chooseAddress(options)
  const dispatcher = new Agent({ connect: { lookup: pinnedLookup(address), timeout: 5_000 }, pipelining: 0 })
  try {
    const answer = await request(url, { dispatcher, headers, signal, method: 'GET' })
    const answerHeaders = flatHeaders(answer.headers)
    const raw = await readAtMost(answer.body, maxBytes)
    const body = await unpack(raw, (answerHeaders['content-encoding'] ?? '').trim().toLowerCase(), maxBytes)
    return { status: answer.statusCode, headers: answerHeaders, body }
  } catch (error) {
    if (error instanceof ToolFailure) throw error
    throw new ToolFailure('network_error', `${url.host} could not be reached`, { recoveryOptions: ['Try again'] })
  } finally {
    await dispatcher.destroy()
  }
}
