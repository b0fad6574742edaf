import sharp, { type Sharp } from 'sharp'
import { ToolFailure } from '../../broker/tool-failure.ts'

/** Width times height times frames, of what is read and of what is written. */
export const MAX_PIXELS = 50_000_000

const readable = ['Jpeg', 'Png', 'Webp', 'NsgifFile', 'Nsgif', 'Tiff', 'Heif']

/**
 * Opens an image of one of the formats that are safe to read: no vector graphics or documents, which can name files and addresses. The
 * pixels are limited before any of them is decoded.
 */
export function openImage(bytes: Uint8Array): Sharp {
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: readable.map((format) => `VipsForeignLoad${format}`) })
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true })
}

/** What is wrong with an image that cannot be worked on. */
export function explainImage(error: unknown): unknown {
  if (error instanceof ToolFailure || !(error instanceof Error)) return error
  if (/pixel limit|exceeds|too large/i.test(error.message))
    return new ToolFailure('too_large', `The image has more than ${MAX_PIXELS} pixels`, {
      recoveryOptions: ['Use a smaller image'],
    })
  return new ToolFailure('input_invalid', 'The file is not an image of a known format, or a broken one', {
    recoveryOptions: ['Use a JPEG, PNG, WebP, GIF, AVIF or TIFF file'],
  })
}
