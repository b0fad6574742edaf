import * as z from 'zod'

/** Bytes in front of every frame of a guest that prove it came from the supervisor. */
export const SECRET_BYTES = 16

/** What a guest may say. See guest/supervisor.js. */
export const guestFrameNames = {
  r: 'ready',
  c: 'call',
  s: 'stream',
  l: 'log',
  d: 'done',
  e: 'error',
  u: 'usage',
  m: 'memory',
  x: 'violation',
} as const
export type GuestFrameName = (typeof guestFrameNames)[keyof typeof guestFrameNames]

export interface GuestFrame {
  name: GuestFrameName
  /** JSON written by the guest, not parsed yet. */
  text: string
  sizeBytes: number
}

/**
 * What the host says. `part` is one piece of an answer that comes bit by bit, `{ id, part }`, before its `returned`. `credit` is `{ bytes }`:
 * so much of what the guest streamed and logged was taken. The run tells the guest its `openCalls` and `windowBytes`: it waits with
 * calls while that many have no answer, and with chunks and log lines while that many bytes of them have no credit.
 */
const hostFrameKinds = { boot: 'b', run: 'r', returned: 'v', part: 'p', credit: 'k', abort: 'a' } as const

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

/** The guest said something that the supervisor never says: the run cannot be trusted any more. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

const kindNames = new Map<string, GuestFrameName>(Object.entries(guestFrameNames))

function decodeFrame(body: Buffer, secret: Buffer): GuestFrame {
  if (!body.subarray(0, SECRET_BYTES).equals(secret)) throw new FrameError('a frame did not come from the supervisor')
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

/** What the frames carry, after JSON.parse. */
export const CallFrame = z.strictObject({ id: z.int().positive(), path: z.string().max(1024), args: z.unknown() })
export const LogFrame = z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() })
export const UsageFrame = z.strictObject({ peakMemoryBytes: z.int().nonnegative() })
export const ErrorFrame = z.strictObject({
  name: z.string().optional(),
  message: z.string(),
  stack: z.string().optional(),
  errorType: z.string().optional(),
  isUncaught: z.boolean().optional(),
})
