import type { IncomingMessage } from 'node:http'
import { Failure } from '../failures.ts'

const SILENCE_MS = 30_000
const WALL_MS = 300_000

export interface PlainRequest {
  url: string
  token: string | undefined
  accept: string
  maxBytes: number
}

function answerOf({ url, token, accept }: PlainRequest): Promise<IncomingMessage | null> {
  // An import would ask for every export of the module, and with some of them Node loads what `fetch` is made of.
  const { get } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http')
  const headers = { accept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  return new Promise((resolve) => {
    const request = get(url, { headers, timeout: SILENCE_MS }, (response) => {
      if (response.statusCode === 200) return resolve(response)
      response.resume()
      resolve(null)
    })
    request.on('timeout', () => request.destroy())
    setTimeout(() => request.destroy(), WALL_MS).unref()
    // Before there is an answer, whatever goes wrong is for the ordinary client to explain; after that, the body says so itself.
    request.on('error', () => resolve(null))
  })
}

/**
 * Asks for one address and reads the answer. Null for everything but a plain 200: the ordinary client then asks again, and waits,
 * follows or explains. It exists because `fetch` takes longer to load than a whole install takes. Throws a Failure where the answer
 * is too large, too slow or cut short.
 */
export async function plainGet(request: PlainRequest): Promise<Uint8Array | null> {
  const response = await answerOf(request)
  if (response === null) return null
  const { url, maxBytes } = request
  const parts: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const part of response) {
      if (!Buffer.isBuffer(part)) continue
      sizeBytes += part.length
      if (sizeBytes > maxBytes) break
      parts.push(part)
    }
  } catch (cause) {
    throw new Failure('The registry stopped sending in the middle', { where: url, remedy: 'Try again later.', cause })
  }
  if (sizeBytes <= maxBytes) return Buffer.concat(parts)
  throw new Failure(`The registry sends more than ${maxBytes} bytes`, { where: url, remedy: 'Do not install it.' })
}
