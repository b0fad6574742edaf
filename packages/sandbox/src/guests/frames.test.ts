import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameReader, encodeHostFrame, FrameError, SECRET_BYTES, type GuestFrame } from './frames.ts'
import { watchedEnclosure } from '../isolation/enclosure.ts'
import { startGuest } from './guest-process.ts'

const secret = randomBytes(SECRET_BYTES)

function guestFrame(kind: string, text: string, mark = secret): Buffer {
  const body = Buffer.concat([mark, Buffer.from(kind, 'latin1'), Buffer.from(text)])
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.byteLength)
  return Buffer.concat([head, body])
}

function collect() {
  const frames: GuestFrame[] = []
  return { frames, reader: createFrameReader(secret, (frame) => void frames.push(frame)) }
}

/** Whether it ends well, or with an error of this class. */
function isQuietOr(errorClass: typeof FrameError, work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    return error instanceof errorClass
  }
}

describe('frames of a guest', () => {
  it('come out as they went in, wherever the bytes are cut', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 10 })
    fc.assert(
      fc.property(texts, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, cuts) => {
        const { frames, reader } = collect()
        const bytes = Buffer.concat(sent.map((text) => guestFrame('s', text)))
        for (let at = 0, turn = 0; at < bytes.byteLength; turn++) {
          const length = cuts[turn % cuts.length] ?? 1
          reader.push(bytes.subarray(at, at + length))
          at += length
        }
        expect(frames.map((frame) => frame.text)).toEqual(sent.map((text) => Buffer.from(text).toString()))
      }),
    )
  })

  it('never throw anything but FrameError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), (chunks) => {
        const { reader } = collect()
        return isQuietOr(FrameError, () => chunks.forEach((chunk) => reader.push(Buffer.from(chunk))))
      }),
    )
    expect(() => collect().reader.push(Buffer.alloc(4))).toThrow(FrameError)
  })

  it('are refused by their length alone, before their bytes are there', () => {
    const { reader } = collect()
    reader.limitTo(100)
    expect(() => reader.push(Buffer.from([0, 0, 1, 0]))).toThrow('longer than 100 bytes')
    expect(() => collect().reader.push(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(FrameError)
  })

  it('are refused without the secret', () => {
    expect(() => collect().reader.push(guestFrame('d', '1', randomBytes(SECRET_BYTES)))).toThrow('without the secret')
  })

  it('are refused when their kind is unknown, or when they are too short for one', () => {
    expect(() => collect().reader.push(guestFrame('?', '{}'))).toThrow('unknown kind')
    expect(() => collect().reader.push(Buffer.from([0, 0, 0, 3, 1, 2, 3]))).toThrow('too short')
  })
})

describe('a guest process', () => {
  const line = (script: string) => ({
    command: '/bin/sh',
    args: ['-c', script],
    env: { NODE_ENV: 'production' as const },
    cwd: '/',
  })

  it.each([
    ['text instead of frames', 'echo hello; exec sleep 60'],
    ['a frame without the secret', "printf '\\000\\000\\000\\022AAAAAAAAAAAAAAAAr{'; exec sleep 60"],
    ['a frame of four gigabytes', "printf '\\377\\377\\377\\377'; exec sleep 60"],
  ])('that says %s is killed', async (_what, script) => {
    const guest = startGuest(watchedEnclosure(line(script)))
    await expect(guest.ready).rejects.toThrow('SIGKILL')
    expect((await guest.exited).signal).toBe('SIGKILL')
  })

  it('that ends before it is ready says why', async () => {
    const guest = startGuest(watchedEnclosure(line('echo "no such luck" >&2; exit 3')))
    await expect(guest.ready).rejects.toThrow('exit code 3: no such luck')
  })

  it('that cannot be started says so', async () => {
    const guest = startGuest(watchedEnclosure({ ...line(''), command: '/does/not/exist' }))
    await expect(guest.ready).rejects.toThrow('/does/not/exist')
    expect((await guest.kill()).code).toBe(null)
  })

  it('is sent frames with their length in front', () => {
    expect([...encodeHostFrame('run', 'é')]).toEqual([0, 0, 0, 3, 'r'.charCodeAt(0), 0xc3, 0xa9])
  })
})
