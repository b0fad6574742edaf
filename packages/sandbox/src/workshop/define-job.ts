import type { JsonValue } from '@guildhall/contracts'
import type * as z from 'zod'
import { ToolFailure } from '../broker/tool-failure.ts'
import type { Job, JobPayload } from './job.ts'

/** A job whose value keeps to a schema, so that what it works with has a type. */
export function defineJob<S extends z.ZodType>(
  input: S,
  work: (value: z.output<S>, blobs: readonly Uint8Array[]) => Promise<Partial<JobPayload>>,
): Job {
  return async ({ value, blobs }) => {
    const done = await work(input.parse(value), blobs)
    return { value: done.value ?? null, blobs: done.blobs ?? [] }
  }
}

/** The one file that a job works on. */
export function onlyBlob(blobs: readonly Uint8Array[]): Uint8Array {
  const [first] = blobs
  if (first === undefined) throw new Error('a job without its file')
  return first
}

/** The most that a value in an answer may take, in bytes of JSON. */
export const MAX_VALUE_BYTES = 2 * 1024 * 1024

/** The value itself, where it is small enough to be answered. Throws ToolFailure `too_large`. */
export function answerable(value: JsonValue): JsonValue {
  let size: number
  try {
    size = Buffer.byteLength(JSON.stringify(value))
  } catch (error) {
    // More than the longest text there is.
    if (!(error instanceof RangeError)) throw error
    size = Number.POSITIVE_INFINITY
  }
  if (size <= MAX_VALUE_BYTES) return value
  throw new ToolFailure('too_large', `The result has more than ${MAX_VALUE_BYTES} bytes`, {
    recoveryOptions: ['Ask for a smaller part'],
  })
}
