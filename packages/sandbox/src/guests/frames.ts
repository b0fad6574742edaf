/**
 * What a guest and its host say to each other over the guest's stdin and stdout. Every engine of processes speaks it, whatever its language.
 *
 * **Bytes.** Host to guest: u32 length (big endian), kind byte, payload. Guest to host: u32 length, 16 secret bytes, kind byte,
 * payload. The length counts everything after itself. A payload is one JSON text in UTF-8 (that of `boot` is the bare secret): at most
 * 128 levels of nesting, no NaN, half surrogates written as `\udXXX`. Several frames may come in one write, or one in several.
 *
 * **Order.** Host `boot` (b), guest `ready` (r, `{}`), then host `run` (r), to guests that know it `prepare` (w, `{}`) before it, when there is time; then calls, chunks, log lines and answers as they
 * come; then `usage` (u, at most once) and exactly one of `done` (d, the result), `error` (e), `memory` (m, `{}`: the guest's own
 * watchdog), `overflow` (o, `{ what? }`, see below). After that nothing is read and the guest is killed. The end of stdin
 * means that the host is gone: the guest exits.
 *
 * **The run** is `{ ...program of the engine, entry, action, input, env, memoryBytes, logLines, openCalls, windowBytes, streamBytes,
 * mostWaitingCalls }`.
 *
 * **Calls.** `call` (c, `{ id, path, args, parts? }`) has ids 1, 2, 3 … without gaps. `path` is dotted (`csv.parse`, `ai.generateText`), `args` any JSON.
 * The host answers each once, in any order: `returned` (v, `{ id, result }`, a ToolResult). With `parts: true` there may be
 * `part` (p, `{ id, part }`) before it: one piece of the answer, in order; the result is the whole all the same. At most `openCalls` are
 * without an answer: further calls wait in the guest, first come, first served; when more than
 * `mostWaitingCalls` wait, the guest may say `overflow` with `what: 'calls'`. A call of more than 64 Ki characters begins with `{"id":…,"path":…,"args":`
 * in this order and without blanks. The host reads such calls in turns, a few at once; it answers `quota_exceeded` where too much waits to be read.
 *
 * **Chunks and lines.** `stream` (s, any JSON) and `log` (l, `{ level, message }`, at most 8192 characters) leave the guest in the order in which the skill
 * made them. The bytes of their payloads are on account until the host says `credit` (k, `{ bytes }`). One may be sent while less than
 * `windowBytes` are on account (so the last one may go beyond); the others wait in the guest, and the end (`done`, `error`) waits for
 * them. `ctx.stream` answers something that can be awaited: it resolves when its chunk was sent; who does not await goes on at once. After `logLines` + 1 lines the
 * guest sends no more of them. When all chunks together (sent or waiting) exceed `streamBytes`, the guest says `overflow` (`what: 'chunks'`) at once.
 *
 * **Cancelling.** `abort` (a, `{}`): `ctx.signal` is told; what the guest still says within 100 ms is heard, then it is killed.
 *
 * **Hostile guests.** Whatever does not keep to this ends the run as `sandbox_error` (a frame without the secret, of an unknown kind, too long, out of
 * order, beyond its credit, not matching its schema), or as the quota it exceeds. What a guest claims about itself is believed only where it
 * harms nobody else: `error.errorType` counts only if a call of this run was answered with it, `usage` only where the walls do not know better.
 */
import type { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import { parseHostileJson } from '../json-text.ts'

/** Bytes in front of every frame of a guest that prove it came from our own code in it. */
export const SECRET_BYTES = 16

/** What a guest may say. */
export const guestFrameNames = {
  r: 'ready',
  c: 'call',
  s: 'stream',
  l: 'log',
  d: 'done',
  e: 'error',
  u: 'usage',
  m: 'memory',
  o: 'overflow',
  x: 'violation',
} as const
export type GuestFrameName = (typeof guestFrameNames)[keyof typeof guestFrameNames]

export interface GuestFrame {
  name: GuestFrameName
  /** JSON written by the guest, not parsed yet. */
  text: string
  sizeBytes: number
}

/** What the host says. */
const hostFrameKinds = { boot: 'b', prepare: 'w', run: 'r', returned: 'v', part: 'p', credit: 'k', abort: 'a' } as const

/** The bytes of one frame from the host. */
export function encodeHostFrame(name: keyof typeof hostFrameKinds, payload: string | Uint8Array): Buffer {
  const size = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength
  const frame = Buffer.allocUnsafe(5 + size)
  frame.writeUInt32BE(1 + size, 0)
  frame.write(hostFrameKinds[name], 4, 'latin1')
  if (typeof payload === 'string') frame.write(payload, 5, 'utf8')
  else frame.set(payload, 5)
  return frame
}

/** The guest said something that our own code in it never says: the run cannot be trusted any more. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

const kindNames = new Map<string, GuestFrameName>(Object.entries(guestFrameNames))

function decodeFrame(body: Buffer, secret: Buffer): GuestFrame {
  if (!body.subarray(0, SECRET_BYTES).equals(secret)) throw new FrameError('a frame without the secret')
  const name = kindNames.get(String.fromCharCode(body[SECRET_BYTES] ?? 0))
  if (!name) throw new FrameError('a frame of an unknown kind')
  const payload = body.subarray(SECRET_BYTES + 1)
  return { name, text: payload.toString('utf8'), sizeBytes: payload.byteLength }
}

/**
 * Cuts the bytes of a guest into frames. A length beyond the limit throws FrameError as soon as its four bytes are there, so that no
 * more than one frame of the limit is ever held.
 */
export function createFrameReader(secret: Buffer, onFrame: (frame: GuestFrame) => void) {
  let held: Buffer[] = []
  let heldBytes = 0
  let limitBytes = 64 * 1024

  function peekLength(): number {
    const [first] = held
    const head = first && first.byteLength >= 4 ? first : Buffer.concat(held)
    const length = head.readUInt32BE(0)
    if (length < SECRET_BYTES + 1) throw new FrameError('a frame that is too short')
    if (length > limitBytes + SECRET_BYTES + 1) throw new FrameError(`a frame longer than ${limitBytes} bytes`)
    return length
  }

  return {
    /** Sets the largest payload from now on. */
    limitTo(bytes: number) {
      limitBytes = bytes
    },
    /** Takes the next bytes. Throws FrameError. */
    push(chunk: Buffer) {
      held.push(chunk)
      heldBytes += chunk.byteLength
      while (heldBytes >= 4) {
        const length = peekLength()
        if (heldBytes < 4 + length) return
        const joined = held.length === 1 && held[0] ? held[0] : Buffer.concat(held)
        const rest = joined.subarray(4 + length)
        held = rest.byteLength > 0 ? [rest] : []
        heldBytes = rest.byteLength
        onFrame(decodeFrame(joined.subarray(4, 4 + length), secret))
      }
    },
  }
}

const CallPath = z.string().max(1024)

/** What the frames carry, after JSON.parse. */
export const CallFrame = z.strictObject({
  id: z.int().positive(),
  path: CallPath,
  /** What a parsed JSON text holds is JSON; only that it is there is left to check. */
  args: z.custom<JsonValue>((value) => value !== undefined),
  parts: z.boolean().optional(),
})
export type CallFrame = z.infer<typeof CallFrame>
export const LogFrame = z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() })
export const UsageFrame = z.strictObject({
  peakMemoryBytes: z.int().nonnegative(),
  cpuMs: z.number().nonnegative().optional(),
})
export const OverflowFrame = z.strictObject({ what: z.enum(['chunks', 'calls']).default('chunks') })
export const ErrorFrame = z.strictObject({
  name: z.string().optional(),
  message: z.string(),
  stack: z.string().optional(),
  errorType: z.string().optional(),
  isUncaught: z.boolean().optional(),
})

function checkFrame<T>(schema: z.ZodType<T>, value: JsonValue): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new FrameError('a frame that does not match its schema')
  return parsed.data
}

/** What a frame carries. Throws FrameError and HostileJsonError. */
export function parseFrame<T>(schema: z.ZodType<T>, text: string): T {
  return checkFrame(schema, parseHostileJson(text))
}

/** A call with a longer text is read in turns. */
export const LARGE_CALL_CHARS = 64 * 1024

/** How the text of a call begins. */
export interface CallHead {
  id: number
  path: string
}

const headPattern = /^\{"id":([1-9]\d{0,8}),"path":("(?:[^"\\]|\\.){0,1024}"),"args":/

/** How a long call begins, without reading the rest. Throws FrameError and HostileJsonError. */
export function headOfCall(text: string): CallHead {
  const [, id, path] = headPattern.exec(text) ?? []
  if (id === undefined || path === undefined) throw new FrameError('a frame that does not match its schema')
  return { id: Number(id), path: parseFrame(CallPath, path) }
}

/** The call that a long text says. Throws FrameError where it says something else than its head. */
export function callOf(value: JsonValue, head: CallHead): CallFrame {
  const call = checkFrame(CallFrame, value)
  if (call.id !== head.id || call.path !== head.path) throw new FrameError('a call that is two')
  return call
}
