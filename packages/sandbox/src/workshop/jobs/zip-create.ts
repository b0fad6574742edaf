import { writeZip } from '@guildhall/skill-format/zip'
import * as z from 'zod'
import { defineJob } from '../define-job.ts'

/** A zip of files. */
export const job = defineJob(z.strictObject({ paths: z.array(z.string()) }), async ({ paths }, blobs) => ({
  blobs: [await writeZip(blobs.map((bytes, index) => [paths[index] ?? '', bytes] as const))],
}))
