import { crc32, deflateRawSync } from 'node:zlib'
import * as z from 'zod'

const Fields = z.strictObject({
  name: z.string().optional(),
  flags: z.number().optional(),
  method: z.number().optional(),
  crc32: z.number().optional(),
  sizeBytes: z.number().optional(),
  packedBytes: z.number().optional(),
  extraHex: z.string().optional(),
})

export const Content = z.strictObject({
  name: z.string().default(''),
  /** Instead of a name, where it is no text. */
  nameHex: z.string().optional(),
  text: z.string().default(''),
  /** Instead of a text: that many zero bytes. */
  zeroBytes: z.number().optional(),
  /** The entry comes that often; {n} in the name is its number. */
  copies: z.number().default(1),
})

const ZipEntryRecipe = Content.extend({
  deflate: z.boolean().default(false),
  /** What the local header and the line of the central directory say instead of the truth. */
  local: Fields.default({}),
  central: Fields.extend({
    attributes: z.number().optional(),
    madeBy: z.number().optional(),
    disk: z.number().optional(),
    localStart: z.number().optional(),
    signature: z.number().optional(),
  }).default({}),
  descriptor: z.enum(['none', 'plain', 'signed', 'lie', 'junk']).default('none'),
  /** Bytes inside the packed data, behind the end of the deflate stream. */
  packedTailHex: z.string().default(''),
  /** Bytes behind the entry that belong to nothing. */
  hiddenHex: z.string().default(''),
  /** No bytes of its own: its line points at the entry of that number. */
  shares: z.number().optional(),
  /** Its data begins with so many of the following entries, whose own headers it swallows. */
  quotesRest: z.boolean().default(false),
})
type ZipEntryRecipe = z.infer<typeof ZipEntryRecipe>

const Number64 = z.union([z.number(), z.string().regex(/^\d+$/)])

export const ZipRecipe = z.strictObject({
  format: z.literal('zip'),
  entries: z.array(ZipEntryRecipe),
  directoryTailHex: z.string().default(''),
  /** The local offsets are moved by so much, as for data in front. */
  offset: z.number().default(0),
  end: z
    .strictObject({
      entryCount: z.number().optional(),
      directoryBytes: z.number().optional(),
      directoryStart: z.number().optional(),
      disk: z.number().default(0),
      comment: z.string().default(''),
      omit: z.boolean().default(false),
    })
    .default({ disk: 0, comment: '', omit: false }),
  zip64: z
    .strictObject({
      entryCount: Number64.optional(),
      directoryStart: Number64.optional(),
      recordAt: Number64.optional(),
    })
    .optional(),
})
export type ZipRecipe = z.infer<typeof ZipRecipe>

interface Written {
  entry: ZipEntryRecipe
  nameBytes: Buffer
  packed: Buffer
  crc: number
  sizeBytes: number
  start: number
  flags: number
}

const FLAG_UTF8 = 0x800
const FLAG_DESCRIPTOR = 0x8

/** Writes the zip of a recipe, with every lie that the recipe asks for. */
export function writeZip(recipe: ZipRecipe): Buffer {
  const entries = recipe.entries.flatMap(copiesOf)
  const parts: Buffer[] = []
  const written: Written[] = []
  let offset = recipe.offset
  for (const [index, entry] of entries.entries()) {
    const rest = entry.quotesRest ? writeLocals(entries.slice(index + 1), 0).bytes : Buffer.alloc(0)
    const one = prepare(entry, offset, rest)
    const shared = entry.shares === undefined ? undefined : written[entry.shares]
    if (shared !== undefined) {
      written.push({ ...shared, entry, nameBytes: one.nameBytes })
      continue
    }
    const bytes = localBytes(one, rest.length)
    parts.push(bytes)
    written.push(one)
    offset += bytes.length
  }
  const directory = Buffer.concat([...written.map(centralBytes), Buffer.from(recipe.directoryTailHex, 'hex')])
  return Buffer.concat([...parts, directory, endBytes(recipe, { count: written.length, directory, start: offset })])
}

export function copiesOf<T extends { name: string; copies: number }>(entry: T): T[] {
  return Array.from({ length: entry.copies }, (_, index) => ({ ...entry, name: entry.name.replace('{n}', `${index}`) }))
}

export function contentOf({ text, zeroBytes }: z.infer<typeof Content>): Buffer {
  return zeroBytes === undefined ? Buffer.from(text, 'utf8') : Buffer.alloc(zeroBytes)
}

function writeLocals(entries: readonly ZipEntryRecipe[], start: number): { bytes: Buffer } {
  let offset = start
  const parts = entries.map((entry) => {
    const bytes = localBytes(prepare(entry, offset, Buffer.alloc(0)), 0)
    offset += bytes.length
    return bytes
  })
  return { bytes: Buffer.concat(parts) }
}

function prepare(entry: ZipEntryRecipe, start: number, swallowed: Buffer): Written {
  const content = Buffer.concat([contentOf(entry), swallowed])
  const tail = Buffer.from(entry.packedTailHex, 'hex')
  const packed = Buffer.concat([entry.deflate ? deflateRawSync(content, { level: 9 }) : content, tail])
  return {
    entry,
    nameBytes: entry.nameHex === undefined ? Buffer.from(entry.name, 'utf8') : Buffer.from(entry.nameHex, 'hex'),
    packed,
    crc: crc32(content),
    sizeBytes: content.length,
    start,
    flags: FLAG_UTF8 | (entry.descriptor === 'none' ? 0 : FLAG_DESCRIPTOR),
  }
}

function localBytes(one: Written, swallowedBytes: number): Buffer {
  const { entry, packed, crc, flags, sizeBytes } = one
  const isDeferred = entry.descriptor !== 'none'
  const numbers = isDeferred
    ? { crc32: 0, packedBytes: 0, sizeBytes: 0 }
    : { crc32: crc, packedBytes: packed.length, sizeBytes }
  const said = { flags, method: entry.deflate ? 8 : 0, extraHex: '', ...numbers, ...entry.local }
  const name = said.name === undefined ? one.nameBytes : Buffer.from(said.name, 'utf8')
  const extra = Buffer.from(said.extraHex, 'hex')
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(said.flags, 6)
  header.writeUInt16LE(said.method, 8)
  header.writeUInt16LE(0x21, 12)
  header.writeUInt32LE(said.crc32, 14)
  header.writeUInt32LE(said.packedBytes, 18)
  header.writeUInt32LE(said.sizeBytes, 22)
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(extra.length, 28)
  const own = packed.subarray(0, packed.length - swallowedBytes)
  return Buffer.concat([header, name, extra, own, descriptorBytes(one), Buffer.from(entry.hiddenHex, 'hex')])
}

function descriptorBytes({ entry, packed, crc, sizeBytes }: Written): Buffer {
  if (entry.descriptor === 'none') return Buffer.alloc(0)
  if (entry.descriptor === 'junk') return Buffer.alloc(16, 0x41)
  const numbers = Buffer.alloc(12)
  numbers.writeUInt32LE(crc, 0)
  numbers.writeUInt32LE(packed.length, 4)
  numbers.writeUInt32LE(entry.descriptor === 'lie' ? sizeBytes + 1 : sizeBytes, 8)
  return entry.descriptor === 'plain' ? numbers : Buffer.concat([Buffer.from('504b0708', 'hex'), numbers])
}

function centralBytes(one: Written): Buffer {
  const { entry, packed, crc, flags, sizeBytes, start } = one
  const truth = { flags, method: entry.deflate ? 8 : 0, crc32: crc, packedBytes: packed.length, sizeBytes }
  const rest = { signature: 0x02014b50, madeBy: 0x0314, disk: 0, attributes: 0, localStart: start, extraHex: '' }
  const said = { ...truth, ...rest, ...entry.central }
  const name = said.name === undefined ? one.nameBytes : Buffer.from(said.name, 'utf8')
  const extra = Buffer.from(said.extraHex, 'hex')
  const header = Buffer.alloc(46)
  header.writeUInt32LE(said.signature, 0)
  header.writeUInt16LE(said.madeBy, 4)
  header.writeUInt16LE(20, 6)
  header.writeUInt16LE(said.flags, 8)
  header.writeUInt16LE(said.method, 10)
  header.writeUInt16LE(0x21, 14)
  header.writeUInt32LE(said.crc32, 16)
  header.writeUInt32LE(said.packedBytes, 20)
  header.writeUInt32LE(said.sizeBytes, 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt16LE(extra.length, 30)
  header.writeUInt16LE(said.disk, 34)
  header.writeUInt32LE(said.attributes, 38)
  header.writeUInt32LE(said.localStart, 42)
  return Buffer.concat([header, name, extra])
}

interface Directory {
  count: number
  directory: Buffer
  start: number
}

function endBytes({ end, zip64 }: ZipRecipe, { count, directory, start }: Directory): Buffer {
  if (end.omit) return Buffer.alloc(0)
  const long: Buffer[] = []
  if (zip64 !== undefined) {
    const record = Buffer.alloc(56)
    record.writeUInt32LE(0x06064b50, 0)
    record.writeBigUInt64LE(44n, 4)
    record.writeUInt16LE(45, 12)
    record.writeUInt16LE(45, 14)
    record.writeBigUInt64LE(BigInt(zip64.entryCount ?? count), 24)
    record.writeBigUInt64LE(BigInt(zip64.entryCount ?? count), 32)
    record.writeBigUInt64LE(BigInt(directory.length), 40)
    record.writeBigUInt64LE(BigInt(zip64.directoryStart ?? start), 48)
    const locator = Buffer.alloc(20)
    locator.writeUInt32LE(0x07064b50, 0)
    locator.writeBigUInt64LE(BigInt(zip64.recordAt ?? start + directory.length), 8)
    locator.writeUInt32LE(1, 16)
    long.push(record, locator)
  }
  const comment = Buffer.from(end.comment, 'utf8')
  const record = Buffer.alloc(22)
  record.writeUInt32LE(0x06054b50, 0)
  record.writeUInt16LE(end.disk, 4)
  record.writeUInt16LE(end.entryCount ?? count, 8)
  record.writeUInt16LE(end.entryCount ?? count, 10)
  record.writeUInt32LE(end.directoryBytes ?? directory.length, 12)
  record.writeUInt32LE(end.directoryStart ?? start, 16)
  record.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...long, record, comment])
}
