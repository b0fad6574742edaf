import * as z from 'zod'
import { defineJob, onlyBlob } from '../define-job.ts'
import { openZip } from './open-zip.ts'

/** The files in a zip: their paths as the value, their bytes in the same order. */
export const job = defineJob(z.strictObject({}), async (_value, blobs) => {
  const files = await openZip(onlyBlob(blobs))
  return { value: [...files.keys()], blobs: [...files.values()] }
})
