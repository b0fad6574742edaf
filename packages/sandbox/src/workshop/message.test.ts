import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeMessage, type Message, readMessages } from './message.ts'

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Buffer, size: number, maxBytes = 10_000): Promise<Message[]> {
  const messages: Message[] = []
  for await (const message of readMessages(inPieces(bytes, size), maxBytes)) messages.push(message)
  return messages
}

const plain = ({ text, blobs }: Message) => ({ text, blobs: blobs.map((blob) => [...blob]) })

it('messages come out as they went in, however they are cut', async () => {
  const message = fc.record({
    text: fc.string({ unit: 'grapheme', maxLength: 20 }),
    blobs: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 4 }), fc.integer({ min: 1, max: 40 }), async (messages, size) => {
      const bytes = Buffer.concat(messages.flatMap(encodeMessage))
      expect((await read(bytes, size)).map(plain)).toEqual(messages.map(plain))
    }),
  )
})

it('bytes of strangers are read as messages or refused, never beyond the limit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 1, max: 9 }), async (bytes, size) => {
      const outcome = await read(Buffer.from(bytes), size).catch((error: unknown) =>
        error instanceof Error ? error.name : 'thrown',
      )
      expect(Array.isArray(outcome) || outcome === 'MessageError').toBe(true)
    }),
  )
  const huge = encodeMessage({ text: 'x'.repeat(20_000), blobs: [] })
  await expect(read(Buffer.concat(huge), 100)).rejects.toThrow('a message of 20000 bytes')
})
