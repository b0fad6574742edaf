import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { TarRecipe, writeTarGz } from './tar-recipe.ts'
import { writeZip, ZipRecipe } from './zip-recipe.ts'

const RawRecipe = z.strictObject({
  format: z.literal('raw'),
  hex: z.string().default(''),
  text: z.string().default(''),
})

/** case.json of a folder in fixtures/skills/bad: how the archive is made, and the error that it must raise. */
export const BadCase = z.strictObject({
  why: z.string().min(8),
  error: z.string().startsWith('archive.'),
  /** The entry that the error must name. */
  path: z.string().optional(),
  limits: z
    .strictObject({
      maxTotalBytes: z.number(),
      maxFileBytes: z.number(),
      maxFiles: z.number(),
      maxDepth: z.number(),
      maxRatio: z.number(),
    })
    .partial()
    .default({}),
  archive: z.discriminatedUnion('format', [ZipRecipe, TarRecipe, RawRecipe]),
  /** What is done to the bytes afterwards. */
  afterwards: z
    .strictObject({
      prependHex: z.string().default(''),
      appendHex: z.string().default(''),
      cutBytes: z.number().default(0),
    })
    .default({ prependHex: '', appendHex: '', cutBytes: 0 }),
})
export type BadCase = z.infer<typeof BadCase>

export const badFolder = join(import.meta.dirname, '../../../fixtures/skills/bad')

/** Every folder of hostile archives: its name and its case. */
export function readBadCases(): [string, BadCase][] {
  return readdirSync(badFolder)
    .sort()
    .map((name) => [name, BadCase.parse(JSON.parse(readFileSync(join(badFolder, name, 'case.json'), 'utf8')))])
}

/** The bytes of a hostile archive. */
export function buildArchive({ archive, afterwards }: Pick<BadCase, 'archive' | 'afterwards'>): Uint8Array {
  const bytes = Buffer.concat([
    Buffer.from(afterwards.prependHex, 'hex'),
    plainArchive(archive),
    Buffer.from(afterwards.appendHex, 'hex'),
  ])
  return bytes.subarray(0, bytes.length - afterwards.cutBytes)
}

function plainArchive(archive: BadCase['archive']): Buffer {
  switch (archive.format) {
    case 'zip':
      return writeZip(archive)
    case 'tar.gz':
      return writeTarGz(archive)
    case 'raw':
      return Buffer.concat([Buffer.from(archive.hex, 'hex'), Buffer.from(archive.text, 'utf8')])
  }
}
