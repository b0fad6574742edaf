import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  defaultLimits,
  inspectPackage,
  PackageError,
  type PackageFiles,
  packageErrorTable,
  packRootZip,
  packSkill,
  packTarGz,
  readFolder,
  unpackArchive,
} from '../src/index.ts'
import { readGoodCases } from './good-case.ts'
import { TarRecipe, writeTarGz } from './tar-recipe.ts'

/** 10,000 in all: this many of each kind, by the seed of its number. */
const ARCHIVES_OF_A_KIND = 1250
/** Every so many sound ones are written out, to see where their names lead. */
const WRITTEN_SHARE = 5

/** A small generator of its own, so that number 4711 is the same archive on every machine. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
type Random = ReturnType<typeof randomOf>

/** What may stand where something else stood: ends of ranges, signatures, and bits of hostile names. */
const TELLING = [
  '00',
  'ff',
  '0000',
  'ffff',
  'ffffffff',
  '00000080',
  '504b0304',
  '504b0102',
  '504b0506',
  '504b0607',
  '1f8b',
  '2e2e2f',
  '2f',
  '5c',
  '43003a5c',
  '00000001',
  '78',
  '67',
  '4c',
  '32',
  '35',
]

const mutations: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => {
    const place = random(bytes.length)
    bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << random(8)), place)
    return bytes
  },
  (bytes, random) => {
    bytes.writeUInt8(random(256), random(bytes.length))
    return bytes
  },
  (bytes, random) => {
    Buffer.from(TELLING[random(TELLING.length)] ?? '', 'hex').copy(bytes, random(bytes.length))
    return bytes
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const [start, end] = [random(bytes.length), random(bytes.length)].sort((a, b) => a - b)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
  },
  (bytes, random) => {
    const [start = 0, end] = [random(bytes.length), random(bytes.length)].sort((a, b) => a - b)
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
  },
  (bytes, random) => {
    const place = random(bytes.length)
    const telling = Buffer.from(TELLING[random(TELLING.length)] ?? '', 'hex')
    return Buffer.concat([bytes.subarray(0, place), telling, bytes.subarray(place)])
  },
  (bytes, random) => {
    // Swaps a name, or a part of one, for a hostile one of the same length, so that every length stays right.
    const names = ['SKILL.md', 'references', 'scripts', 'assets', '.md', '.txt', '.js', '.json']
    const name = names[random(names.length)] ?? ''
    const hostile =
      [
        '../../../../../../..',
        '////////////////////',
        'C:\\C:\\C:\\C:\\C:\\C:\\C:',
        'skill.mdskill.mdskil',
        'con.aux.nul.con.aux.',
      ][random(5)] ?? ''
    return Buffer.from(bytes.toString('latin1').replaceAll(name, hostile.slice(0, name.length)), 'latin1')
  },
]

function mutated(sound: Uint8Array, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(sound)
  for (let count = 1 + random(4); count > 0 && bytes.length > 0; count -= 1)
    bytes = mutations[random(mutations.length)]?.(bytes, random) ?? bytes
  return bytes
}

/** As if the one who damaged it knew how checksums work. */
function withChecksums(tar: Buffer): Buffer {
  for (let start = 0; start + 512 <= tar.length; start += 512) {
    const block = tar.subarray(start, start + 512)
    if (block.toString('latin1', 257, 262) !== 'ustar') continue
    block.fill(0x20, 148, 156)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  }
  return tar
}

type Damage = (sound: Uint8Array, random: Random) => Uint8Array
const damageInside: Damage = (sound, random) => gzipSync(mutated(gunzipSync(sound), random))
const damageHeaders: Damage = (sound, random) => gzipSync(withChecksums(mutated(gunzipSync(sound), random)))

let folder = ''
let soundFiles: PackageFiles[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-mutated-'))
  soundFiles = await Promise.all(readGoodCases().map(([, one]) => readFolder(one.folder)))
})
afterAll(() => rmSync(folder, { recursive: true }))

const withOldNames = async (files: PackageFiles): Promise<Uint8Array> => {
  const entries = [...files].map(([path, bytes]) => ({
    name: 'x',
    longName: `skill/${path}`,
    text: Buffer.from(bytes).toString(),
  }))
  return writeTarGz(TarRecipe.parse({ format: 'tar.gz', entries }))
}
const kinds: readonly [name: string, pack: (files: PackageFiles) => Promise<Uint8Array>, damage: Damage][] = [
  ['zip at the root', packRootZip, mutated],
  ['zip in a folder', (files) => packSkill({ files, kind: 'instructions', name: 'skill' }), mutated],
  ['zip without compression', (files) => packRootZip(new Map([...files, ['a.txt', new Uint8Array(300)]])), mutated],
  ['tar.gz', packTarGz, mutated],
  ['tar.gz, damaged before it was compressed', packTarGz, damageInside],
  ['tar.gz, with checksums made right again', packTarGz, damageHeaders],
  ['tar.gz with long names, damaged before it was compressed', withOldNames, damageInside],
  ['tar.gz with long names, with checksums made right again', withOldNames, damageHeaders],
]

/** Null where it was refused with an error of the table. Anything else that is thrown ends the test. */
async function readOrRefuse(archive: Uint8Array): Promise<PackageFiles | null> {
  try {
    return await unpackArchive(archive)
  } catch (error) {
    if (error instanceof PackageError && Object.hasOwn(packageErrorTable, error.code)) return null
    throw new Error('something else than a PackageError', { cause: error })
  }
}

function writeOut(files: PackageFiles, target: string): void {
  for (const [path, bytes] of files) {
    const place = join(target, path)
    if (relative(target, place).startsWith('..')) throw new Error(`${path} leads outside`)
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, bytes, { flag: 'wx' })
  }
}

test.each(kinds)(
  'mutated archives crash nothing, and what is read of them stays inside: %s',
  async (_, pack, damage) => {
    const archives = await Promise.all(soundFiles.map(pack))
    let refused = 0
    for (let number = 0; number < ARCHIVES_OF_A_KIND; number += 1) {
      const random = randomOf(number)
      const sound = archives[random(archives.length)] ?? new Uint8Array()
      const files = await readOrRefuse(damage(sound, random))
      if (files === null) {
        refused += 1
        continue
      }
      const sizes = [...files.values()].map((bytes) => bytes.length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(defaultLimits.maxFileBytes)
      expect(inspectPackage(files).conformance.level).toBeDefined()
      if (number % WRITTEN_SHARE !== 0) continue
      const target = join(folder, 'out')
      writeOut(files, target)
      expect(await readFolder(target)).toEqual(files)
      rmSync(target, { recursive: true })
      expect(readdirSync(folder)).toEqual([])
    }
    // Damage that hits nothing of meaning is rare; most must be seen.
    expect(refused).toBeGreaterThan(ARCHIVES_OF_A_KIND / 4)
  },
  120_000,
)
