import { type InputType, inflateRaw, type ZlibOptions } from 'node:zlib'

export type InflateResult =
  | { status: 'done'; bytes: Uint8Array; consumedBytes: number }
  | { status: 'too-large' }
  | { status: 'broken' }

/** Unpacks one raw deflate stream; stops as soon as it grows past `maxBytes`. Never throws. */
export function inflateWithin(packed: Uint8Array, maxBytes: number): Promise<InflateResult> {
  return new Promise((resolve) => {
    // Zlib wants at least one byte of room; the length is compared below.
    const options: ZlibOptions = { info: true, maxOutputLength: Math.max(1, maxBytes) }
    inflateRaw(packed satisfies InputType, options, (error, result: unknown) => {
      if (error) return resolve({ status: isTooLarge(error) ? 'too-large' : 'broken' })
      if (!isInfo(result)) return resolve({ status: 'broken' })
      if (result.buffer.length > maxBytes) return resolve({ status: 'too-large' })
      resolve({ status: 'done', bytes: result.buffer, consumedBytes: result.engine.bytesWritten })
    })
  })
}

function isTooLarge(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

/** The types of Node do not know that `info: true` changes the result. */
function isInfo(result: unknown): result is { buffer: Buffer; engine: { bytesWritten: number } } {
  return typeof result === 'object' && result !== null && 'buffer' in result && 'engine' in result
}
