import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  contentDigest,
  fileDigests,
  inspectPackage,
  PackageError,
  type PackageFiles,
  packSkill,
  unpackArchive,
} from '../src/index.ts'
import { TarRecipe, writeTarGz } from './tar-recipe.ts'

const segment = fc
  .stringMatching(/^[a-z0-9äß技][a-z0-9_-]{0,11}(\.[a-z]{1,3})?$/)
  .filter((name) => !/^(con|prn|aux|nul|com\d|lpt\d)/.test(name))
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'))
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.nat(3000).map((size) => new Uint8Array(size)),
)

/** Packages without collisions: no name is another's folder. */
const packages: fc.Arbitrary<PackageFiles> = fc
  .uniqueArray(fc.tuple(path, bytes), { minLength: 1, maxLength: 12, selector: ([name]) => collisionKey(name) })
  .map((entries) => {
    const names = entries.map(([name]) => collisionKey(name))
    return new Map(entries.filter(([name]) => !names.some((other) => other.startsWith(`${collisionKey(name)}/`))))
  })
  .map((files) => new Map([['SKILL.md', new TextEncoder().encode('---\nname: a\ndescription: d\n---\n')], ...files]))

const collisionKey = (name: string): string => name.normalize('NFKC').toUpperCase().toLowerCase()

async function outcome(archive: Uint8Array): Promise<PackageFiles | PackageError> {
  try {
    return await unpackArchive(archive)
  } catch (error) {
    if (error instanceof PackageError) return error
    throw new Error('something else than a PackageError', { cause: error })
  }
}

test('what is packed comes out the same, in both layouts', async () => {
  await fc.assert(
    fc.asyncProperty(packages, fc.constantFrom('instructions', 'javascript'), async (files, kind) => {
      expect(await unpackArchive(await packSkill({ files, kind, name: 'skill' }))).toEqual(files)
    }),
    { numRuns: 80 },
  )
})

test('random bytes behind any magic number end in a package or a PackageError, never in a crash', async () => {
  const magic = fc.constantFrom([], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6], [0x1f, 0x8b, 8, 0])
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
      expect(await outcome(Uint8Array.from([...start, ...rest]))).toBeInstanceOf(PackageError)
    }),
    { numRuns: 1500 },
  )
})

test('random blocks inside a sound gzip never crash the tar reader', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 1600 }), async (tar) => {
      expect(await outcome(gzipSync(tar))).toBeInstanceOf(PackageError)
    }),
    { numRuns: 500 },
  )
})

/** Changes some bytes anywhere, and repairs nothing. */
const damages = fc.array(fc.tuple(fc.nat(1_000_000), fc.nat(255)), { minLength: 1, maxLength: 6 })

function damaged(archive: Uint8Array, damage: readonly (readonly [number, number])[]): Uint8Array {
  const copy = Uint8Array.from(archive)
  for (const [place, value] of damage) copy[place % copy.length] = value
  return copy
}

test('a damaged zip gives back other files only where the change is outside of what it holds', async () => {
  await fc.assert(
    fc.asyncProperty(packages, damages, async (files, damage) => {
      const result = await outcome(damaged(await packSkill({ files, kind: 'javascript', name: 'a' }), damage))
      if (result instanceof PackageError) return
      for (const content of result.values()) expect([...files.values()]).toContainEqual(content)
    }),
    { numRuns: 800 },
  )
})

test('a damaged tar.gz never crashes, with a checksum that was repaired or without', async () => {
  const entries = [
    { name: 'SKILL.md', text: '---\nname: a\ndescription: d\n---\n' },
    { name: 'short.txt', longName: `${'long/'.repeat(8)}name.txt`, text: 'x' },
    { name: 'pax.txt', pax: { path: 'ä.txt', mtime: '1.5' }, text: 'y' },
  ]
  const tarGz = writeTarGz(TarRecipe.parse({ format: 'tar.gz', entries }))
  const sound = await outcome(tarGz)
  expect(sound instanceof PackageError ? sound.message : [...sound.keys()]).toEqual([
    'SKILL.md',
    `${'long/'.repeat(8)}name.txt`,
    'ä.txt',
  ])
  const tar = gunzipSync(tarGz)
  await fc.assert(
    fc.asyncProperty(damages, fc.boolean(), async (damage, isRepaired) => {
      const copy = damaged(tar, damage)
      for (let start = 0; isRepaired && start + 512 <= copy.length; start += 512)
        repairChecksum(copy.subarray(start, start + 512))
      expect(await outcome(gzipSync(copy))).toBeDefined()
    }),
    { numRuns: 800 },
  )
})

function repairChecksum(block: Uint8Array): void {
  if (Buffer.from(block.subarray(257, 262)).toString() !== 'ustar') return
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `).copy(block, 148)
}

test('the digest does not depend on the order of the files, and the list is sorted by UTF-8 bytes', () => {
  fc.assert(
    fc.property(packages, fc.infiniteStream(fc.nat()), (files, order) => {
      const keyed = [...files].map((entry) => ({ entry, key: order.next().value ?? 0 }))
      const shuffled = new Map(keyed.sort((a, b) => a.key - b.key).map(({ entry }) => entry))
      const release = { fullName: '@acme/a', version: '1.0.0' }
      expect(contentDigest({ ...release, files: shuffled })).toBe(contentDigest({ ...release, files }))
      const paths = fileDigests(shuffled).map((file) => Buffer.from(file.path).toString('hex'))
      expect(paths).toEqual(paths.toSorted((a, b) => (a < b ? -1 : 1)))
    }),
  )
})

test('any SKILL.md gets a report, whatever its bytes', () => {
  const parts = fc.constantFrom(
    '---',
    '\n',
    'name: a',
    'description: d',
    ': ',
    '- ',
    '"',
    "'",
    '{',
    '[',
    '&a',
    '*a',
    '!t',
    '|',
    '>',
    '\t',
    '  ',
    '#',
    '%',
    '...',
    '\u0000',
    '\ufeff',
    'é',
    '<<: ',
    '? ',
  )
  const texts = fc.array(fc.oneof({ weight: 4, arbitrary: parts }, fc.string()), { maxLength: 25 })
  fc.assert(
    fc.property(texts, (words) => {
      const text = `---\n${words.join('')}`
      const { conformance } = inspectPackage(new Map([['SKILL.md', new TextEncoder().encode(text)]]))
      const isSpec = conformance.level === 'spec' || conformance.level === 'portable'
      expect(isSpec).toBe(conformance.specErrors.length === 0)
      for (const finding of conformance.findings) expect(finding.remedy).not.toBe('')
    }),
    { numRuns: 3000 },
  )
})

test('any JSON in the side files gets a report', () => {
  const json = fc.oneof(fc.json({ maxDepth: 4 }), fc.string())
  fc.assert(
    fc.property(json, json, json, (manifest, actions, permissions) => {
      const texts = { 'manifest.json': manifest, 'action-schema.json': actions, 'permissions.json': permissions }
      const files = new Map(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]))
      expect(inspectPackage(files).conformance.findings.length).toBeGreaterThan(0)
    }),
    { numRuns: 500 },
  )
})
