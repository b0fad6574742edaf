import * as z from 'zod'
import { defineJob, onlyBlob } from '../define-job.ts'
import { explainImage, openImage } from './open-image.ts'

/** Format and size of an image, as its header says. */
export const job = defineJob(z.strictObject({}), async (_value, blobs) => {
  try {
    const {
      format,
      width,
      height,
      pages = 1,
      hasAlpha,
      orientation = null,
    } = await openImage(onlyBlob(blobs)).metadata()
    return { value: { format, width, height, frames: pages, hasAlpha, orientation } }
  } catch (error) {
    throw explainImage(error)
  }
})
