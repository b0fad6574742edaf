import { describe, expect, test } from 'vitest'
import { noPermissions } from '@guildhall/contracts'
import { contentDigest } from '@guildhall/skill-format'
import type { ReleasedVersion } from '../skills/index.ts'
import { createPackageCache, PackageChanged, type PackageContent } from './service/package-cache.ts'

/** Version `n` of a skill whose one file has `sizeBytes` bytes. */
function released(n: number, sizeBytes = 10): { version: ReleasedVersion; content: PackageContent } {
  const content = new Map([['bot-logic.js', Buffer.alloc(sizeBytes, n)]])
  const [fullName, semver] = ['@acme/tool', `1.0.${n}`]
  const summary: ReleasedVersion['summary'] = {
    name: 'tool',
    version: semver,
    displayName: null,
    description: 'A tool',
    kind: 'javascript',
    entry: 'bot-logic.js',
    license: null,
    category: null,
    tags: [],
    permissions: noPermissions,
    actions: {},
    dependencies: {},
  }
  const digest = contentDigest({ fullName, version: semver, files: content })
  return {
    version: { skillId: 'skl', versionId: `ver_${n}`, fullName, signedAs: fullName, semver, digest, summary },
    content,
  }
}

/** A cache over these packages that counts how often each is loaded. */
function cacheOver(packages: readonly ReturnType<typeof released>[]) {
  const loads: string[] = []
  const cache = createPackageCache({
    async ofVersion(versionId) {
      loads.push(versionId)
      return packages.find(({ version }) => version.versionId === versionId)?.content ?? new Map()
    },
    async ofDraft(blob) {
      loads.push(blob)
      return new Map([['bot-logic.js', Buffer.from(blob)]])
    },
  })
  return { cache, loads }
}

describe('the cache of packages', () => {
  test('loads and verifies a version once, however many ask at once', async () => {
    const one = released(1)
    const { cache, loads } = cacheOver([one])
    const answers = await Promise.all([1, 2, 3].map(() => cache.get(one.version)))
    expect([...answers, await cache.get(one.version)]).toEqual(Array(4).fill(one.content))
    expect(loads).toEqual(['ver_1'])
  })

  test('opens the archive of a draft once', async () => {
    const { cache, loads } = cacheOver([])
    const [one, two] = await Promise.all([cache.getDraft('a'), cache.getDraft('a')])
    expect([one, await cache.getDraft('a')]).toEqual([two, two])
    await cache.getDraft('b')
    expect(loads).toEqual(['a', 'b'])
  })

  test('refuses files that are not the released ones, each time anew', async () => {
    const { version } = released(1)
    const { cache, loads } = cacheOver([{ version, content: new Map([['bot-logic.js', Buffer.from('evil')]]) }])
    await expect(cache.get(version)).rejects.toThrow(PackageChanged)
    await expect(cache.get(version)).rejects.toThrow('released was')
    expect(loads).toHaveLength(2)
  })

  test('keeps at most 32 packages, those that were used last', async () => {
    const many = Array.from({ length: 33 }, (_, n) => released(n))
    const { cache, loads } = cacheOver(many)
    for (const { version } of many.slice(0, 32)) await cache.get(version)
    await cache.get(released(0).version)
    await cache.get(released(32).version)
    expect(loads).toHaveLength(33)
    await cache.get(released(0).version)
    expect(loads).toHaveLength(33)
    await cache.get(released(1).version)
    expect(loads).toHaveLength(34)
  })

  test('keeps at most 64 MiB, and still hands out what is larger', async () => {
    const large = [released(1, 40 * 1024 * 1024), released(2, 40 * 1024 * 1024), released(3, 65 * 1024 * 1024)]
    const { cache, loads } = cacheOver(large)
    for (const { version, content } of large) expect((await cache.get(version)).size).toBe(content.size)
    for (const { version } of large) await cache.get(version)
    expect(loads).toHaveLength(6)
  })
})
