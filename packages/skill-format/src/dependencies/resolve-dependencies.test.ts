import fc from 'fast-check'
import * as semver from 'semver'
import { expect, test } from 'vitest'
import { refusalText } from './refusal.ts'
import { dependencyLimits, type Resolution, resolveDependencies, type VersionLookup } from './resolve-dependencies.ts'
import { whyDependency } from './why-dependency.ts'

type Needs = Record<string, string>
/** Versions of each skill and what they need; `yanked` behind a number marks one that was yanked. */
type Catalogue = Record<string, Record<string, Needs>>

const lookup =
  (catalogue: Catalogue): VersionLookup =>
  (fullName) => {
    const versions = catalogue[fullName]
    if (versions === undefined) return null
    return Object.entries(versions).map(([version, dependencies]) => {
      const [number = '', mark] = version.split(' ')
      return { version: number, dependencies, isYanked: mark === 'yanked' }
    })
  }

const resolve = (dependencies: Needs, catalogue: Catalogue): Promise<Resolution> =>
  resolveDependencies({ fullName: '@a/root', dependencies }, lookup(catalogue))

async function chosen(dependencies: Needs, catalogue: Catalogue): Promise<string[]> {
  const result = await resolve(dependencies, catalogue)
  if (result.status === 'refused') throw new Error(refusalText(result.refusal))
  return result.items.map(({ fullName, version }) => `${fullName} ${version}`)
}

async function refusal(dependencies: Needs, catalogue: Catalogue): Promise<string> {
  const result = await resolve(dependencies, catalogue)
  return result.status === 'refused' ? refusalText(result.refusal) : 'resolved'
}

test('the highest version that all ranges allow is chosen, and what is needed stands in front of who needs it', async () => {
  const catalogue = {
    '@a/x': { '1.0.0': { '@a/z': '^1.0.0' }, '1.10.0': { '@a/z': '^1.0.0' }, '1.9.0': {}, '2.0.0': {} },
    '@a/y': { '1.0.0': { '@a/z': '<1.5.0' } },
    '@a/z': { '1.4.0': {}, '1.5.0': {}, '1.0.0': {} },
  }
  expect(await chosen({ '@a/x': '^1.0.0', '@a/y': '*' }, catalogue)).toEqual([
    '@a/z 1.4.0',
    '@a/x 1.10.0',
    '@a/y 1.0.0',
  ])
})

test('a higher version steps back where what it needs does not go with the rest', async () => {
  const catalogue = {
    '@a/x': { '1.0.0': { '@a/z': '^1.0.0' }, '2.0.0': { '@a/z': '^2.0.0' } },
    '@a/y': { '1.0.0': { '@a/z': '^1.0.0' } },
    '@a/z': { '1.0.0': {}, '2.0.0': {} },
  }
  expect(await chosen({ '@a/x': '*', '@a/y': '*' }, catalogue)).toEqual(['@a/z 1.0.0', '@a/x 1.0.0', '@a/y 1.0.0'])
})

test('pre-releases are chosen only by a range that names one, and yanked versions never', async () => {
  const versions = { '1.0.0': {}, '1.1.0 yanked': {}, '2.0.0-beta.2': {}, '2.0.0-beta.10': {} }
  expect(await chosen({ '@a/x': '*' }, { '@a/x': versions })).toEqual(['@a/x 1.0.0'])
  expect(await chosen({ '@a/x': '^2.0.0-beta.1' }, { '@a/x': versions })).toEqual(['@a/x 2.0.0-beta.10'])
  expect(await refusal({ '@a/x': '1.1.0' }, { '@a/x': versions })).toBe('No version of @a/x fits (@a/root wants 1.1.0)')
})

test.each<[string, Needs, Catalogue, string]>([
  [
    'a cycle, with its path',
    { '@a/x': '*' },
    { '@a/x': { '1.0.0': { '@b/y': '*' } }, '@b/y': { '1.0.0': { '@a/x': '^1' } } },
    'The dependencies form a cycle: @a/x -> @b/y -> @a/x',
  ],
  [
    'a cycle through the root',
    { '@a/x': '*' },
    { '@a/x': { '1.0.0': { '@a/root': '*' } } },
    'The dependencies form a cycle: @a/root -> @a/x -> @a/root',
  ],
  ['a root that needs itself', { '@a/root': '*' }, {}, 'The dependencies form a cycle: @a/root -> @a/root'],
  [
    'an unknown skill',
    { '@a/x': '*' },
    { '@a/x': { '1.0.0': { '@b/y': '^1' } } },
    'There is no skill @b/y (@a/root -> @a/x wants ^1)',
  ],
  [
    'a conflict, with both paths',
    { '@a/x': '*', '@a/z': '^1.0.0' },
    { '@a/x': { '1.0.0': { '@a/z': '^2' } }, '@a/z': { '1.0.0': {}, '2.0.0': {} } },
    'No single version of @a/z fits everybody (@a/root wants ^1.0.0; @a/root -> @a/x wants ^2)',
  ],
  [
    'a range that is none',
    { '@a/x': 'soon' },
    { '@a/x': { '1.0.0': {} } },
    'No version of @a/x fits (@a/root wants soon)',
  ],
])('%s is refused by name', async (_, needs, catalogue, text) => {
  expect(await refusal(needs, catalogue)).toBe(text)
})

test('a cycle of a higher version is left for a lower one without it', async () => {
  const catalogue = { '@a/x': { '1.0.0': {}, '2.0.0': { '@b/y': '*' } }, '@b/y': { '1.0.0': { '@a/x': '*' } } }
  expect(await chosen({ '@a/x': '*' }, catalogue)).toEqual(['@a/x 1.0.0'])
})

const chain = (length: number): Catalogue =>
  Object.fromEntries(
    Array.from({ length }, (_, index) => [
      `@a/s${index}`,
      { '1.0.0': index + 1 < length ? { [`@a/s${index + 1}`]: '*' } : {} },
    ]),
  )

test('32 levels are resolved and 33 refused, 200 skills are resolved and 201 refused', async () => {
  expect(await chosen({ '@a/s0': '*' }, chain(dependencyLimits.maxDepth))).toHaveLength(32)
  expect(await refusal({ '@a/s0': '*' }, chain(33))).toMatch(/nested deeper than 32 levels: @a\/root -> @a\/s0 -> /)
  const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`@a/w${index}`, '*']))
  const catalogue = Object.fromEntries(Object.keys(wide(201)).map((name) => [name, { '1.0.0': {} }]))
  expect(await chosen(wide(200), catalogue)).toHaveLength(200)
  expect(await refusal(wide(201), catalogue)).toBe('More than 200 skills are needed')
})

test('a graph made to be searched for ever is given up after so many attempts, with the first obstacle', async () => {
  // Nine pigeons and eight holes: version j of pigeon i needs hole j at version i.
  const list = (count: number) => Array.from({ length: count }, (_, index) => index)
  const versionsOf = (count: number, needsOf: (index: number) => Needs) =>
    Object.fromEntries(list(count).map((index) => [`1.${index}.0`, needsOf(index)]))
  const pigeons = list(9).map((pigeon) => {
    const name = `@a/pigeon-${pigeon}`
    return [name, versionsOf(8, (hole) => ({ [`@b/hole-${hole}`]: `1.${pigeon}.0` }))] as const
  })
  const holes = list(8).map((hole) => [`@b/hole-${hole}`, versionsOf(9, () => ({}))] as const)
  const wanted = Object.fromEntries(pigeons.map(([name]) => [name, '*']))
  expect(await refusal(wanted, Object.fromEntries([...pigeons, ...holes]))).toMatch(
    /^No solution was found in 5000 attempts; the first obstacle was: No single version of @b\/hole-7 fits everybody/,
  )
})

test('every skill is looked up once', async () => {
  const asked: string[] = []
  const versionsOf = lookup({
    '@a/x': { '1.0.0': { '@a/z': '*' } },
    '@a/y': { '1.0.0': { '@a/z': '*' } },
    '@a/z': { '1.0.0': {} },
  })
  const root = { fullName: '@a/root', dependencies: { '@a/x': '*', '@a/y': '*' } }
  await resolveDependencies(root, (name) => {
    asked.push(name)
    return versionsOf(name)
  })
  expect(asked).toEqual(['@a/x', '@a/y', '@a/z'])
})

const names = ['@a/p', '@a/q', '@b/r', '@b/s', '@c/t']
const numbers = ['1.0.0', '1.1.0', '1.2.0-rc.1', '2.0.0', '2.1.0']
const ranges = ['*', '^1.0.0', '^2.0.0', '>=1.1.0', '1.0.0', '<2.1.0', '^1.2.0-rc.0']
const needs = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...ranges), { maxKeys: 3 })
const catalogues: fc.Arbitrary<Catalogue> = fc.dictionary(
  fc.constantFrom(...names),
  fc.dictionary(fc.constantFrom(...numbers), needs, { minKeys: 1, maxKeys: 4 }),
  { minKeys: 2 },
)

const reversed = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).reverse())

test('a resolution satisfies every range of everything in it, holds nothing else, and does not depend on any order', async () => {
  await fc.assert(
    fc.asyncProperty(needs, catalogues, async (wanted, catalogue) => {
      const result = await resolve(wanted, catalogue)
      const backwards = Object.fromEntries(
        Object.entries(reversed(catalogue)).map(([name, versions]) => [
          name,
          Object.fromEntries(Object.entries(reversed(versions)).map(([version, one]) => [version, reversed(one)])),
        ]),
      )
      expect(await resolve(reversed(wanted), backwards)).toEqual(result)
      if (result.status === 'refused') return
      const versions = new Map(result.items.map((item) => [item.fullName, item.version]))
      const demands = [
        ...Object.entries(wanted).map(([on, range]) => ({ by: '@a/root', on, range })),
        ...[...versions].flatMap(([by, version]) =>
          Object.entries(catalogue[by]?.[version] ?? {}).map(([on, range]) => ({ by, on, range })),
        ),
      ]
      for (const { on, range } of demands) expect(semver.satisfies(versions.get(on) ?? '', range)).toBe(true)
      const told = result.items.flatMap(({ fullName, requiredBy }) =>
        requiredBy.map(({ fullName: by, range }) => ({ by, on: fullName, range })),
      )
      expect(told.map((one) => JSON.stringify(one)).sort()).toEqual(demands.map((one) => JSON.stringify(one)).sort())
      expect(result.items.every(({ requiredBy }) => requiredBy.length > 0)).toBe(true)
    }),
    { numRuns: 1500 },
  )
})

/** Every choice of one version of each skill, tried by brute force. */
function isSolvable(wanted: Needs, catalogue: Catalogue): boolean {
  const search = (open: [string, string][], placed: Map<string, string>): boolean => {
    const [first, ...rest] = open
    if (first === undefined) return !hasCycle(placed, catalogue)
    const [name, range] = first
    const known = placed.get(name)
    if (known !== undefined) return semver.satisfies(known, range) && search(rest, placed)
    return Object.keys(catalogue[name] ?? {}).some(
      (version) =>
        semver.satisfies(version, range) &&
        search([...rest, ...Object.entries(catalogue[name]?.[version] ?? {})], new Map([...placed, [name, version]])),
    )
  }
  return search(Object.entries(wanted), new Map())
}

function hasCycle(placed: ReadonlyMap<string, string>, catalogue: Catalogue): boolean {
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    Object.keys(catalogue[from]?.[placed.get(from) ?? ''] ?? {}).some((next) => {
      if (next === to) return true
      if (seen.has(next)) return false
      seen.add(next)
      return reaches(next, to, seen)
    })
  return [...placed.keys()].some((name) => reaches(name, name, new Set()))
}

test('a resolution is found exactly where there is one', async () => {
  await fc.assert(
    fc.asyncProperty(needs, catalogues, async (wanted, catalogue) => {
      expect((await resolve(wanted, catalogue)).status === 'resolved').toBe(isSolvable(wanted, catalogue))
    }),
    { numRuns: 1500 },
  )
})

test('why shows every chain from the root, the shortest first', async () => {
  const result = await resolve(
    { '@a/x': '*', '@a/z': '^1' },
    { '@a/x': { '1.0.0': { '@a/y': '*' } }, '@a/y': { '1.0.0': { '@a/z': '1.x' } }, '@a/z': { '1.2.0': {} } },
  )
  const items = result.status === 'resolved' ? result.items : []
  const shown = whyDependency(items, '@a/z').map((links) =>
    links.map(({ by, range, fullName }) => `${by} ${range} ${fullName}`),
  )
  expect(shown).toEqual([['@a/root ^1 @a/z'], ['@a/root * @a/x', '@a/x * @a/y', '@a/y 1.x @a/z']])
  expect(whyDependency(items, '@a/none')).toEqual([])
})

test('why ends in a lock file that was bent into a cycle', () => {
  const link = (fullName: string, by: string) => ({
    fullName,
    version: '1.0.0',
    requiredBy: [{ fullName: by, range: '*' }],
  })
  expect(whyDependency([link('@a/x', '@a/y'), link('@a/y', '@a/x')], '@a/x')).toEqual([])
})
