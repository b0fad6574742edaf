import { Failure } from '../failures.ts'

const DOWNLOAD_BYTES = 60 * 1024 * 1024
/** A registry that sends nothing for so long has hung up without saying so. */
const SILENCE_MS = 30_000

function tooLarge(where: string): Failure {
  return new Failure(`The package is larger than ${DOWNLOAD_BYTES} bytes`, { where, remedy: 'Do not install it.' })
}

async function nextPart(reader: ReadableStreamDefaultReader<Uint8Array>, where: string) {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    const failure = new Failure('The registry stopped sending', { where, remedy: 'Try again later.' })
    timer = setTimeout(() => reject(failure), SILENCE_MS)
  })
  try {
    return await Promise.race([reader.read(), silence])
  } finally {
    clearTimeout(timer)
  }
}

/** The body of a reply, within limits of size and patience. Throws a Failure. */
export async function boundedBytes(response: Response, where: string): Promise<Uint8Array> {
  if (Number(response.headers.get('content-length') ?? 0) > DOWNLOAD_BYTES) throw tooLarge(where)
  const reader = response.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for (;;) {
      const { done, value } = await nextPart(reader, where)
      if (done) return Buffer.concat(parts)
      sizeBytes += value.length
      if (sizeBytes > DOWNLOAD_BYTES) throw tooLarge(where)
      parts.push(value)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
