import * as z from 'zod'

/** Any value that JSON can carry. */
export const JsonValue = z.json()
export type JsonValue = z.infer<typeof JsonValue>

/** A JSON object: names to values. */
export const JsonObject = z.record(z.string(), JsonValue)
export type JsonObject = z.infer<typeof JsonObject>
