import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { OutboundError } from './outbound-error.ts'

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const MAX_ENCODINGS = 2

const inflate = promisify(zlib.inflate)
const inflateRaw = promisify(zlib.inflateRaw)

/** Some servers leave out the zlib frame that `deflate` stands for. */
const isZlibFrame = (body: Buffer): boolean => body.length >= 2 && (body.readUInt8(0) & 0x0f) === 8

const decoders = new Map<string, Decoder>([
  ['gzip', promisify(zlib.gunzip)],
  ['x-gzip', promisify(zlib.gunzip)],
  ['deflate', (body, options) => (isZlibFrame(body) ? inflate(body, options) : inflateRaw(body, options))],
  ['br', promisify(zlib.brotliDecompress)],
  // The command line runs on a Node without it as well.
  ...('zstdDecompress' in zlib ? ([['zstd', promisify(zlib.zstdDecompress)]] as const) : []),
])

/** The encodings that an answer may come in, for the header `accept-encoding`. */
export const acceptedEncodings: string = [...decoders.keys()].filter((name) => name !== 'x-gzip').join(', ')

/** What a body larger than allowed is told as. */
export function tooLarge(maxBytes: number): OutboundError {
  return new OutboundError('too-large', `The answer is larger than ${maxBytes} bytes`)
}

async function decodeOnce(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const decode = decoders.get(encoding)
  if (!decode) throw new OutboundError('bad-encoding', `The answer has the unknown encoding ${encoding.slice(0, 50)}`)
  try {
    return await decode(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes)
    throw new OutboundError('bad-encoding', 'The answer cannot be unpacked', { cause: error })
  }
}

/**
 * A body without its content encodings (gzip, deflate, br, zstd; at most two on top of each other). No step yields more than `maxBytes`.
 * Rejects with OutboundError `too-large` or `bad-encoding`.
 */
export async function decodeBody(body: Buffer, contentEncoding: string, maxBytes: number): Promise<Buffer> {
  const encodings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (encodings.length > MAX_ENCODINGS)
    throw new OutboundError('bad-encoding', `The answer is packed more than ${MAX_ENCODINGS} times`)
  let plain = body
  for (const encoding of encodings.reverse()) plain = await decodeOnce(plain, encoding, maxBytes)
  return plain
}
