import type { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import { toolErrorTypes } from '../run.ts'

/** What one job gets and gives: a value, and pieces of bytes. */
export interface JobPayload {
  value: JsonValue
  blobs: readonly Uint8Array[]
}

/** Work on what strangers made, done in a workshop process. */
export type Job = (payload: JobPayload) => Promise<JobPayload>

/** Names of the jobs; each is a file of `jobs/`. */
export const jobNames = [
  'image-info',
  'image-resize',
  'json-validate',
  'markdown-to-html',
  'pdf-extract',
  'pdf-info',
  'pdf-merge',
  'zip-create',
  'zip-extract',
  'zip-list',
] as const
export type JobName = (typeof jobNames)[number]

/** The text of a message to a workshop process. */
export const JobRequest = z.strictObject({ job: z.enum(jobNames), value: z.json() })

const MAX_MESSAGE = 500

/** The text of its answer. */
export const JobReply = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.json() }),
  z.strictObject({
    ok: z.literal(false),
    errorType: z.enum(toolErrorTypes),
    message: z.string().max(MAX_MESSAGE),
    recoveryOptions: z.array(z.string().max(MAX_MESSAGE)).max(5),
  }),
])
export type JobReply = z.infer<typeof JobReply>
