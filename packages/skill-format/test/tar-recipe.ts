import { gzipSync } from 'node:zlib'
import * as z from 'zod'
import { Content, contentOf, copiesOf } from './zip-recipe.ts'

const TarEntryRecipe = Content.extend({
  type: z.string().length(1).default('0'),
  prefix: z.string().default(''),
  link: z.string().default(''),
  /** What stands in the size field instead of the truth. */
  sizeHex: z.string().optional(),
  checksum: z.number().optional(),
  /** A pax header in front of the entry. */
  pax: z.record(z.string(), z.string()).optional(),
  /** The text of that pax header instead of well-formed records. */
  paxText: z.string().optional(),
  /** A GNU long name in front of the entry. */
  longName: z.string().optional(),
  /** A GNU long link in front of the entry. */
  longLink: z.string().optional(),
  paddingText: z.string().default(''),
})
type TarEntryRecipe = z.infer<typeof TarEntryRecipe>

export const TarRecipe = z.strictObject({
  format: z.literal('tar.gz'),
  entries: z.array(TarEntryRecipe),
  globalPax: z.record(z.string(), z.string()).optional(),
  endBlocks: z.number().default(2),
  tailText: z.string().default(''),
  gzip: z
    .strictObject({
      tailHex: z.string().default(''),
      secondMember: z.boolean().default(false),
      wrongChecksum: z.boolean().default(false),
      cutBytes: z.number().default(0),
    })
    .default({ tailHex: '', secondMember: false, wrongChecksum: false, cutBytes: 0 }),
})
export type TarRecipe = z.infer<typeof TarRecipe>

/** Writes the tar.gz of a recipe, with every lie that the recipe asks for. */
export function writeTarGz(recipe: TarRecipe): Buffer {
  const global =
    recipe.globalPax === undefined ? [] : [block({ name: 'global', type: 'g' }, paxBytes(recipe.globalPax))]
  const entries = recipe.entries.flatMap(copiesOf).map(entryBytes)
  const tail = Buffer.from(recipe.tailText, 'utf8')
  const tar = Buffer.concat([...global, ...entries, Buffer.alloc(recipe.endBlocks * 512), padded(tail)])
  const packed = gzipSync(tar, { level: 9 })
  const { gzip } = recipe
  if (gzip.wrongChecksum) packed.writeUInt32LE(0, packed.length - 8)
  const second = gzip.secondMember ? gzipSync(Buffer.alloc(512)) : Buffer.alloc(0)
  const all = Buffer.concat([packed, second, Buffer.from(gzip.tailHex, 'hex')])
  return all.subarray(0, all.length - gzip.cutBytes)
}

function entryBytes(entry: TarEntryRecipe): Buffer {
  const pax = entry.paxText === undefined ? entry.pax && paxBytes(entry.pax) : Buffer.from(entry.paxText, 'utf8')
  const front = [
    ...(entry.longLink === undefined ? [] : [block({ name: '././@LongLink', type: 'K' }, nulEnded(entry.longLink))]),
    ...(entry.longName === undefined ? [] : [block({ name: '././@LongLink', type: 'L' }, nulEnded(entry.longName))]),
    ...(pax === undefined ? [] : [block({ name: 'pax', type: 'x' }, pax)]),
  ]
  return Buffer.concat([...front, block(entry, contentOf(entry))])
}

function nulEnded(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf8')
}

function paxBytes(records: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)))
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`, 'utf8')
  let length = rest.length + 1
  while (`${length}`.length + rest.length !== length) length += 1
  return Buffer.concat([Buffer.from(`${length}`), rest])
}

function padded(data: Buffer, padding = ''): Buffer {
  const whole = Buffer.alloc(Math.ceil(data.length / 512) * 512)
  whole.write(padding, data.length, 'utf8')
  data.copy(whole)
  return whole
}

type BlockRecipe = Partial<TarEntryRecipe> & { name: string; type: string }

function block(entry: BlockRecipe, data: Buffer): Buffer {
  const header = Buffer.alloc(512)
  const name = entry.nameHex === undefined ? Buffer.from(entry.name, 'utf8') : Buffer.from(entry.nameHex, 'hex')
  name.copy(header, 0, 0, 100)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124)
  if (entry.sizeHex !== undefined) Buffer.from(entry.sizeHex, 'hex').copy(header, 124)
  header.write('00000000000\0', 136)
  header.write(entry.type, 156)
  header.write(entry.link ?? '', 157, 100, 'utf8')
  header.write('ustar\x0000', 257)
  header.write(entry.prefix ?? '', 345, 155, 'utf8')
  header.write('        ', 148)
  const sum = entry.checksum ?? header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, padded(data, entry.paddingText)])
}
