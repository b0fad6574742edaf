import type { Readable } from 'node:stream'
import { AppError } from '@guildhall/contracts'
import { type Blobs, BlobTooLarge, type StoredBlob } from '../../../platform/blobs/blobs.ts'
import { isShowableFilename } from '../rules.ts'

const ARCHIVE = /\.(zip|skill|aisapp|tgz|tar\.gz)$/i

/**
 * Keeps an uploaded archive among the blobs, as it comes. Throws upload.unsupported and request.invalid for its name, request.too-large,
 * upload.empty.
 */
export async function storeUpload(
  { blobs, uploadLimitBytes }: { blobs: Blobs; uploadLimitBytes: number },
  upload: { filename: string; bytes: Readable },
): Promise<StoredBlob> {
  if (!ARCHIVE.test(upload.filename)) throw new AppError('upload.unsupported', { filename: upload.filename })
  if (!isShowableFilename(upload.filename)) {
    const message = 'must not contain control characters or marks that change the direction of text'
    throw new AppError('request.invalid', { where: 'query', issues: [{ path: 'query.filename', message }] })
  }
  const stored = await blobs.putStream(upload.bytes, uploadLimitBytes).catch((error: unknown) => {
    throw error instanceof BlobTooLarge ? new AppError('request.too-large', { limitBytes: error.limitBytes }) : error
  })
  if (stored.sizeBytes === 0) throw new AppError('upload.empty')
  return stored
}
