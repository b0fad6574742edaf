/** Frames over stdin and stdout of the process. See guests/frames.ts, "Bytes". */
import { charCodeAt, getterOf, methodOf } from './intrinsics.js'

const SECRET_BYTES = 16
const HEAD_BYTES = 4 + SECRET_BYTES + 1
const START_BYTES = 64 * 1024

const ArrayBuffer_ = ArrayBuffer
const Uint8Array_ = Uint8Array
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const encode = methodOf(TextEncoder, 'encode')
const decode = methodOf(TextDecoder, 'decode')
const setBytes = methodOf(Object.getPrototypeOf(Uint8Array), 'set')
const fromCharCode = String.fromCharCode
const lengthOf = getterOf(Object.getPrototypeOf(Uint8Array).prototype, 'byteLength')

/*
 * Never `subarray` or `slice` on bytes: they ask the prototype which constructor to hand the memory to, and the prototypes belong to
 * the skill. A new view is made of an ArrayBuffer that we hold ourselves.
 */

/** The way out. Every frame carries the secret, which nothing but this closure holds. */
export function createWriter(writeSync, secret) {
  const pack = (kind, text) => {
    const payload = encode(encoder, text)
    const bytes = lengthOf(payload)
    const memory = new ArrayBuffer_(HEAD_BYTES + bytes)
    const frame = new Uint8Array_(memory)
    const length = HEAD_BYTES - 4 + bytes
    frame[0] = length >>> 24
    frame[1] = length >>> 16
    frame[2] = length >>> 8
    frame[3] = length
    setBytes(frame, secret, 4)
    frame[HEAD_BYTES - 1] = charCodeAt(kind, 0)
    setBytes(frame, payload, HEAD_BYTES)
    return { __proto__: null, bytes, frame, memory }
  }
  const write = ({ frame, memory }) => {
    const total = lengthOf(frame)
    let written = writeSync(frame)
    while (written < total) written += writeSync(new Uint8Array_(memory, written))
  }
  return { __proto__: null, pack, write }
}

/**
 * Reads frames until the pipe ends. `onBoot` gets the bare bytes of the first frame, `onFrame` the kind and the text of each other; where
 * it answers a promise, the next one waits. `read` fills a view and answers how much came, 0 at the end.
 */
export async function readFrames(read, onBoot, onFrame) {
  let memory = new ArrayBuffer_(START_BYTES)
  let size = START_BYTES
  let from = 0
  let to = 0

  /** Moves what is held to the front of memory that has room for so many bytes. */
  function makeRoom(needed) {
    const held = new Uint8Array_(memory, from, to - from)
    if (needed > size) {
      size = needed
      memory = new ArrayBuffer_(size)
    }
    setBytes(new Uint8Array_(memory), held, 0)
    to -= from
    from = 0
  }

  function frameLength() {
    if (to - from < 4) return null
    const head = new Uint8Array_(memory, from, 4)
    return 4 + ((head[0] << 24) | (head[1] << 16) | (head[2] << 8) | head[3])
  }

  function boot(payload) {
    const secret = new Uint8Array_(SECRET_BYTES)
    setBytes(secret, payload, 0)
    // This memory will be filled again and again while a skill runs.
    setBytes(payload, new Uint8Array_(SECRET_BYTES), 0)
    onBoot(secret)
  }

  /** Takes the first frame, which is whole, from what is held. */
  function take(length) {
    const kind = fromCharCode(new Uint8Array_(memory, from + 4, 1)[0])
    const payload = new Uint8Array_(memory, from + 5, length - 5)
    from += length
    return kind === 'b' ? boot(payload) : onFrame(kind, decode(decoder, payload))
  }

  for (;;) {
    for (let length = frameLength(); length !== null && to - from >= length; length = frameLength()) {
      const busy = take(length)
      if (busy !== undefined) await busy
    }
    if (from === to) from = to = 0
    const length = frameLength()
    if (to === size || (length !== null && from + length > size)) makeRoom(length ?? START_BYTES)
    const count = await read(new Uint8Array_(memory, to, size - to))
    if (count === 0) return
    to += count
  }
}
