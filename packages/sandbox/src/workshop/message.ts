/** What the host and a workshop process say to each other: a JSON text and pieces of bytes that belong to it. */
export interface Message {
  text: string
  blobs: readonly Uint8Array[]
}

/** The other side does not keep to the form, or says more than it may. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
}

const MAX_BLOBS = 512

/** A message as bytes: count of blobs, length of the text, lengths of the blobs (each 4 bytes), the text, the blobs. */
export function encodeMessage({ text, blobs }: Message): Buffer[] {
  const head = Buffer.alloc(8 + 4 * blobs.length)
  const body = Buffer.from(text)
  head.writeUInt32BE(blobs.length, 0)
  head.writeUInt32BE(body.byteLength, 4)
  for (const [index, blob] of blobs.entries()) head.writeUInt32BE(blob.byteLength, 8 + 4 * index)
  return [head, body, ...blobs.map((blob) => Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength))]
}

/** Takes exact numbers of bytes from a stream. */
function createTaker(stream: AsyncIterable<Buffer>) {
  const chunks = stream[Symbol.asyncIterator]()
  let pending: Buffer[] = []
  let available = 0

  /** Null where the stream ends before. */
  return async function take(size: number): Promise<Buffer | null> {
    while (available < size) {
      const next = await chunks.next()
      if (next.done === true) return null
      pending.push(next.value)
      available += next.value.byteLength
    }
    const all = pending.length === 1 && pending[0] ? pending[0] : Buffer.concat(pending)
    pending = [all.subarray(size)]
    available -= size
    return all.subarray(0, size)
  }
}

/** The messages of a stream, until it ends. Throws MessageError for more than `maxBytes` in one message, before they are read. */
export async function* readMessages(stream: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Message> {
  const take = createTaker(stream)
  for (let head = await take(8); head !== null; head = await take(8)) {
    const count = head.readUInt32BE(0)
    const textBytes = head.readUInt32BE(4)
    if (count > MAX_BLOBS) throw new MessageError(`a message with ${count} blobs`)
    const lengths = await take(4 * count)
    if (lengths === null) return
    const sizes = Array.from({ length: count }, (_, index) => lengths.readUInt32BE(4 * index))
    const total = sizes.reduce((sum, size) => sum + size, textBytes)
    if (total > maxBytes) throw new MessageError(`a message of ${total} bytes`)
    const body = await take(total)
    if (body === null) return
    let at = textBytes
    const blobs = sizes.map((size) => body.subarray(at, (at += size)))
    yield { text: body.toString('utf8', 0, textBytes), blobs }
  }
}
