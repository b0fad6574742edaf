import type { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'

/** The kernel refuses a command line with longer words than 128 KiB; this leaves room for all of them together. */
const ARG_CHARS = 8 * 1024
const MOST_ARGS = 64
const STDIN_CHARS = 4 * 1024 * 1024
const ENV_CHARS = 32 * 1024

/** The input of a script. */
export const ScriptInput = z.strictObject({
  args: z
    .array(
      z
        .string()
        .max(ARG_CHARS)
        .regex(/^[^\0]*$/, 'has a NUL, which no argument can have'),
    )
    .max(MOST_ARGS)
    .default([]),
  stdin: z.string().max(STDIN_CHARS).default(''),
})
export type ScriptInput = z.infer<typeof ScriptInput>

/** What the caller said cannot be given to a script; the message names the place. */
export class ScriptInputError extends Error {
  override readonly name = 'ScriptInputError'
}

/** Reads `{ args?, stdin? }`; nothing at all counts as both missing. Throws ScriptInputError. */
export function readScriptInput(input: JsonValue): ScriptInput {
  const parsed = ScriptInput.safeParse(input ?? {})
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') || 'the input'
  throw new ScriptInputError(
    `A script takes { "args": [text, …], "stdin": text }; ${place}: ${issue?.message ?? 'invalid'}`,
  )
}

/** The environment of a script: what is plain text, under names that a shell can read. Throws ScriptInputError. */
export function scriptEnv(env: Record<string, JsonValue>): Record<string, string> {
  const named = Object.entries(env).filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name))
  const plain = named.flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, String(value)]] : [],
  )
  const chars = plain.reduce((total, [name, value]) => total + name.length + value.length, 0)
  if (chars > ENV_CHARS) throw new ScriptInputError(`The environment is longer than ${ENV_CHARS} characters`)
  if (plain.some(([, value]) => value.includes('\0'))) throw new ScriptInputError('The environment has a NUL')
  return { ...Object.fromEntries(plain), PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/home/guest', LANG: 'C.UTF-8' }
}
