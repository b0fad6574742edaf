import * as z from 'zod'
import { defineJob, onlyBlob } from '../define-job.ts'
import { explainImage, openImage } from './open-image.ts'

const Input = z.strictObject({
  width: z.int().nullable(),
  height: z.int().nullable(),
  fit: z.enum(['inside', 'cover', 'contain', 'fill']),
  format: z.enum(['jpeg', 'png', 'webp', 'avif']),
  quality: z.int(),
})

/** The image in another size and format, upright, without what it says about camera and place. */
export const job = defineJob(Input, async ({ width, height, fit, format, quality }, blobs) => {
  try {
    const { data, info } = await openImage(onlyBlob(blobs))
      .autoOrient()
      .resize({ ...(width ? { width } : {}), ...(height ? { height } : {}), fit, withoutEnlargement: fit === 'inside' })
      .toFormat(format, format === 'png' ? {} : { quality })
      .toBuffer({ resolveWithObject: true })
    return { value: { width: info.width, height: info.height }, blobs: [data] }
  } catch (error) {
    throw explainImage(error)
  }
})
