import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '@guildhall/contracts'
import { type ByteRange, namesEtag, type RangeAnswer, readRange } from './byte-range.ts'

/** A file as an answer. */
export interface BytesReply {
  /** Opens the bytes, or a part of them. Not called where none are sent: for HEAD and for those who have them already. */
  open: (range: ByteRange | null) => Promise<Readable>
  contentType: string
  sizeBytes: number
  /** Offered as a download under this name; absent: shown. */
  filename?: string
  /** SHA-256 of the content: becomes ETag and the digests of RFC 9530, and allows for ranges. Absent: always sent whole. */
  sha256?: string
  /** The same address will always have these bytes, for everybody. Absent: ask again every time. */
  isImmutable?: boolean
  /** Called when the whole file goes out; not for parts, HEAD and those who have it already. */
  onWhole?(): void
}

/** A text or other small content as a `BytesReply` opens it. */
export function openedFrom(content: Uint8Array): BytesReply['open'] {
  return async (range) =>
    Readable.from([range ? content.subarray(range.start, range.end + 1) : content], { objectMode: false })
}

const digestField = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`

function describe(reply: FastifyReply, file: BytesReply): void {
  reply
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'private, no-cache')
    .type(file.contentType)
  if (file.filename)
    reply.header('content-disposition', `attachment; filename="${file.filename.replaceAll(/[^\w.@+-]/g, '_')}"`)
  if (file.sha256 === undefined) return
  reply
    .header('etag', `"${file.sha256}"`)
    .header('repr-digest', digestField(file.sha256))
    .header('accept-ranges', 'bytes')
}

/** What the request asks for: a part only where it can be sure that it is one of the file that it knows. */
function wantedRange(request: FastifyRequest, file: BytesReply): RangeAnswer {
  const condition = request.headers['if-range']
  const isOfThisFile = condition === undefined || condition === `"${file.sha256}"`
  if (file.sha256 === undefined || request.method !== 'GET' || !isOfThisFile) return 'whole'
  return readRange(request.headers.range, file.sizeBytes)
}

/**
 * Answers with a file: whole, in part, or not at all where the caller has it (RFC 9110, sections 13 and 14). Throws
 * request.range-not-satisfiable.
 */
export async function sendBytes(reply: FastifyReply, request: FastifyRequest, file: BytesReply): Promise<FastifyReply> {
  if (file.sha256 !== undefined && namesEtag(request.headers['if-none-match'], `"${file.sha256}"`)) {
    describe(reply, file)
    return reply.code(304).send()
  }
  const range = wantedRange(request, file)
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${file.sizeBytes}`)
    throw new AppError('request.range-not-satisfiable', { sizeBytes: file.sizeBytes })
  }
  if (request.method === 'HEAD') {
    describe(reply, file)
    // Fastify drops what it is given for HEAD; nothing at all would make it say that the length is 0.
    return reply.header('content-length', String(file.sizeBytes)).send(Readable.from([]))
  }
  // Before anything is said of it: where it cannot be opened, the problem that is answered must not be kept for ever.
  const content = await file.open(range === 'whole' ? null : range)
  describe(reply, file)
  if (range !== 'whole') {
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.sizeBytes}`)
    return reply.header('content-length', String(range.end - range.start + 1)).send(content)
  }
  if (file.sha256 !== undefined) reply.header('content-digest', digestField(file.sha256))
  file.onWhole?.()
  return reply.header('content-length', String(file.sizeBytes)).send(content)
}
