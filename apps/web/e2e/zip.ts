import { crc32 } from 'node:zlib'

interface Entry {
  name: Buffer
  data: Buffer
  offset: number
}

/** The fields that the local and the central header share, from the version to the lengths. */
function commonFields({ name, data }: Entry): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt32LE(crc32(data), 10)
  fields.writeUInt32LE(data.length, 14)
  fields.writeUInt32LE(data.length, 18)
  fields.writeUInt16LE(name.length, 22)
  return fields
}

function signed(signature: number, ...parts: Buffer[]): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32LE(signature)
  return Buffer.concat([head, ...parts])
}

const localHeader = (entry: Entry): Buffer => signed(0x04034b50, commonFields(entry), entry.name, entry.data)

function centralHeader(entry: Entry): Buffer {
  const tail = Buffer.alloc(14)
  tail.writeUInt32LE(entry.offset, 10)
  return signed(0x02014b50, Buffer.from([20, 0]), commonFields(entry), tail, entry.name)
}

/** A zip of texts, not compressed: the plainest archive there is. */
export function zipOf(files: Record<string, string>): Buffer {
  const locals: Buffer[] = []
  const entries: Entry[] = []
  let offset = 0
  for (const [path, text] of Object.entries(files)) {
    const entry = { name: Buffer.from(path), data: Buffer.from(text), offset }
    const local = localHeader(entry)
    entries.push(entry)
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(entries.map(centralHeader))
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, signed(0x06054b50, end)])
}
