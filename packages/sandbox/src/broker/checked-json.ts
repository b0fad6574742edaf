import type { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'

const anything: z.ZodType<unknown> = z.unknown().refine((value) => value !== undefined, 'is missing')

/**
 * JSON in the arguments or the answer of a tool, which the broker has looked through. Nothing is copied or looked at again here: for 4 MiB
 * of small lists that would take most of a second, in one turn.
 */
// The broker lets nothing through that is not JSON.
export const CheckedJson = anything as z.ZodType<JsonValue>
