import * as z from 'zod'
import { defineJob, onlyBlob } from '../define-job.ts'
import { openZip } from './open-zip.ts'

/** Paths and sizes of the files in a zip. */
export const job = defineJob(z.strictObject({}), async (_value, blobs) => {
  const files = await openZip(onlyBlob(blobs))
  return { value: [...files].map(([path, bytes]) => ({ path, sizeBytes: bytes.byteLength })) }
})
