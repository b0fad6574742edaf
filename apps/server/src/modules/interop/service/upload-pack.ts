import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { AppError } from '@guildhall/contracts'
import { answerTo, readPackRequest } from '../rules/upload-pack.ts'
import type { Repository } from './git-repositories.ts'

/** What a client may tell of what it has and wants. */
const MOST_REQUEST_BYTES = 1024 * 1024
const GZIP = Buffer.from([0x1f, 0x8b])

function malformed(message: string): AppError {
  return new AppError('request.invalid', { where: 'body', issues: [{ path: 'body', message }] })
}

async function readLimited(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk)
    sizeBytes += bytes.length
    if (sizeBytes > MOST_REQUEST_BYTES) throw new AppError('request.too-large', { limitBytes: MOST_REQUEST_BYTES })
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** Git packs long requests; no line of its protocol begins with these bytes. */
function unpacked(body: Buffer): Buffer {
  if (!body.subarray(0, 2).equals(GZIP)) return body
  try {
    return gunzipSync(body, { maxOutputLength: MOST_REQUEST_BYTES })
  } catch (error) {
    if (error instanceof RangeError) throw new AppError('request.too-large', { limitBytes: MOST_REQUEST_BYTES })
    throw malformed('must be what git sends')
  }
}

/** What git is answered, and how many bytes that is. */
export interface PackAnswer {
  sizeBytes: number
  open: () => Promise<Readable>
}

async function* joined(prelude: Buffer, pack: Readable): AsyncGenerator<Buffer> {
  yield prelude
  yield* pack
}

/** Reads what a client of git wants and answers with the pack. Throws request.invalid, request.too-large. */
export async function uploadPack(repository: Repository, body: Readable): Promise<PackAnswer> {
  const request = readPackRequest(unpacked(await readLimited(body)))
  if (request === null) throw malformed('must be what git sends')
  const { prelude, isWithPack } = answerTo(request, repository.id)
  const first = Buffer.from(prelude)
  if (!isWithPack) return { sizeBytes: first.length, open: async () => Readable.from([first]) }
  return {
    sizeBytes: first.length + repository.packBytes,
    open: async () => Readable.from(joined(first, await repository.openPack()), { objectMode: false }),
  }
}
