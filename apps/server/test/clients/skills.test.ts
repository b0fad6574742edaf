import { join } from 'node:path'
import { packSkill } from '@guildhall/skill-format'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest'
import { sortedTree, treeOf } from '../installed-tree.ts'
import { type Person, startTestServer, type TestServer } from '../server.ts'
import { skillFiles } from '../skill-archive.ts'
import { type Computer, openComputer, type StockCommand } from './stock-client.ts'

const versions = ['skills 1.5.18', 'skills 1.7.4'] as const satisfies readonly StockCommand[]

const oneFile = {
  name: 'seo-writer',
  description: 'Writes for search engines',
  body: '# Write\n\nÜmläute, "quotes" and `code`.',
}
const manyFiles = {
  name: 'pdf-reader',
  description: 'Reads portable documents',
  files: {
    'scripts/run.py': '#!/usr/bin/env python3\r\nprint(1)\r\n',
    'references/ünï code.md': '# Ünï\n',
    'references/deep/er/notes.txt': 'no newline at the end',
    'assets/logo.bin': '\u0000\u0001\u0002',
    '.hidden/settings.json': '{}\n',
  },
}
const hidden = { name: 'hidden-one', description: 'For its publisher alone', files: { 'notes.md': 'secret\n' } }

/** Publishing takes its time on a machine with much else to do. */
const SETUP_MS = 120_000

let server: TestServer
let acme: Person
let computer: Computer

const publish = async (content: Parameters<typeof skillFiles>[0], query: Record<string, string> = {}) =>
  server.publish(acme, await packSkill({ files: skillFiles(content), kind: 'instructions', name: content.name }), query)

const installed = (name: string) => treeOf(join(computer.project, '.claude/skills', name))
const add = (command: StockCommand, source: string, ...more: string[]) =>
  computer.run(command, ['add', source, '--agent', 'claude-code', '--yes', ...more])

beforeAll(async () => {
  server = await startTestServer()
  acme = await server.register('acme')
  for (const content of [oneFile, manyFiles]) await publish(content)
  await publish(hidden, { visibility: 'private' })
}, SETUP_MS)
afterAll(() => server.close())
beforeEach(async () => {
  computer = await openComputer()
})
afterEach(() => computer.close())

/** How the two differ. */
const ways = {
  'skills 1.5.18': {
    // It takes an address of two parts for a repository on GitHub and asks there whether it is private.
    asksOthers: ['CONNECT api.github.com:443 HTTP/1.1'],
    // It updates nothing that came from an index, and says so; adding it again does.
    saysOfUpdate: 'cannot be updated automatically',
  },
  'skills 1.7.4': { asksOthers: [], saysOfUpdate: 'Updated 1 skill' },
} as const

describe.each(versions)('%s', { timeout: 120_000 }, (command) => {
  const { asksOthers, saysOfUpdate } = ways[command]

  test('adds one skill by its address, byte by byte', async () => {
    for (const content of [oneFile, manyFiles]) {
      const { code, output } = await add(command, `${server.origin}/@acme/${content.name}`)
      expect({ code, output }).toMatchObject({ code: 0 })
      expect(await installed(content.name)).toEqual(sortedTree(skillFiles(content)))
    }
  })

  test('adds every skill of a publisher, and those it is asked for', async () => {
    await add(command, `${server.origin}/@acme`, '--skill', 'pdf-reader')
    expect(await installed('pdf-reader')).toEqual(sortedTree(skillFiles(manyFiles)))
    await expect(installed('seo-writer')).rejects.toThrow('ENOENT')
    await add(command, `${server.origin}/@acme`)
    expect(await installed('seo-writer')).toEqual(sortedTree(skillFiles(oneFile)))
  })

  test('adds from the registry as a whole', async () => {
    await add(command, server.origin, '--skill', 'seo-writer')
    expect(await installed('seo-writer')).toEqual(sortedTree(skillFiles(oneFile)))
  })

  test('finds skills, and adds them by what it prints', async () => {
    const { output } = await computer.run(command, ['find', 'portable', 'documents'], { SKILLS_API_URL: server.origin })
    const [source] = /http:\S+/.exec(output) ?? []
    expect(source).toBe(`${server.origin}/@acme/pdf-reader@pdf-reader`)
    await add(command, source ?? '')
    expect(await installed('pdf-reader')).toEqual(sortedTree(skillFiles(manyFiles)))
  })

  test('updates what was added when there is a new version', async () => {
    const moving = { name: `moving-${command.replaceAll(/\W+/g, '-')}`, files: { 'notes.md': 'first\n' } }
    await publish(moving)
    const source = `${server.origin}/@acme/${moving.name}`
    await add(command, source)
    const before = await computer.run(command, ['update', '--project', '--yes'])
    expect(before.output).not.toContain('Updated')
    const next = { ...moving, files: { 'notes.md': 'second\n', 'more.md': 'new\n' } }
    await publish(next)
    const after = await computer.run(command, ['update', '--project', '--yes'])
    expect(after.output).toContain(saysOfUpdate)
    if (command === 'skills 1.5.18') await add(command, source)
    expect(await installed(moving.name)).toEqual(sortedTree(skillFiles(next)))
  })

  test('asks nothing else of other machines, having been told to be silent', async () => {
    const source = `${server.origin}/@acme/seo-writer`
    await add(command, source)
    await computer.run(command, ['find', 'seo'], { SKILLS_API_URL: server.origin })
    await computer.run(command, ['update', '--project', '--yes'])
    expect([...new Set(computer.attempts())]).toEqual(asksOthers)
  })

  test('adds nothing of a private skill without a key', async () => {
    for (const source of ['/@acme/hidden-one', '/~ghk_wrong/@acme/hidden-one', '/@acme']) {
      await add(command, `${server.origin}${source}`, '--skill', 'hidden-one')
      await expect(installed('hidden-one')).rejects.toThrow('ENOENT')
    }
  })

  test('adds a private skill by an address with a key, until the key is revoked', async () => {
    const made = await server.call('POST', '/auth/keys', { as: acme, json: { name: 'laptop', scopes: ['read'] } })
    const { secret, key } = made.json()
    const source = `${server.origin}/~${secret}/@acme/hidden-one`
    await add(command, source)
    expect(await installed('hidden-one')).toEqual(sortedTree(skillFiles(hidden)))
    const found = await computer.run(command, ['find', 'hidden'], { SKILLS_API_URL: `${server.origin}/~${secret}` })
    expect(found.output).toContain(`${source}@hidden-one`)
    await server.call('DELETE', `/auth/keys/${key.id}`, { as: acme })
    const again = await openComputer()
    await again.run(command, ['add', source, '--agent', 'claude-code', '--yes'])
    // The older one falls back to what everybody may have.
    await expect(treeOf(join(again.project, '.claude/skills/hidden-one'))).rejects.toThrow('ENOENT')
    await again.close()
  })
})
