import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packSkill } from '@guildhall/skill-format'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sortedTree, treeOf } from '../installed-tree.ts'
import { type Person, startTestServer, type TestServer } from '../server.ts'
import { skillFiles } from '../skill-archive.ts'
import { type Computer, openComputer } from './stock-client.ts'

const manyFiles = {
  name: 'pdf-reader',
  description: 'Reads portable documents',
  files: {
    'scripts/run.py': 'print(1)\r\n',
    'references/ünï code.md': '# Ünï\n',
    'references/deep/er/notes.txt': 'no newline at the end',
    '.hidden/settings.json': '{}\n',
  },
}
const hidden = { name: 'hidden-one', description: 'For its publisher alone' }

/** Publishing takes its time on a machine with much else to do. */
const SETUP_MS = 120_000

let server: TestServer
let acme: Person
let globex: Person
let computer: Computer

const publish = async (author: Person, content: Parameters<typeof skillFiles>[0], query: Record<string, string> = {}) =>
  server.publish(
    author,
    await packSkill({ files: skillFiles(content), kind: 'instructions', name: content.name }),
    query,
  )

/** What the command itself keeps beside the files of a skill. */
const isOfTheSkill = (path: string): boolean => !path.startsWith('.clawhub/')
const installed = (...path: string[]) => treeOf(join(computer.project, 'skills', ...path), isOfTheSkill)

/** Where the registry is, and how it is told. */
const ways = {
  '--registry with our address': () => ['--registry', server.origin],
  '--registry with the whole API': () => ['--registry', `${server.origin}/clawhub`],
  '--site': () => ['--site', server.origin],
}

const run = (words: readonly string[], way: readonly string[] = ways['--registry with our address']()) =>
  computer.run('clawhub 0.23.3', [...way, '--no-input', ...words])

async function logIn(person: Person): Promise<void> {
  const made = await server.call('POST', '/auth/keys', { as: person, json: { name: 'laptop', scopes: ['read'] } })
  const { code, output } = await run(['login', '--token', made.json().secret])
  expect({ code, output }).toMatchObject({ code: 0 })
}

beforeAll(async () => {
  server = await startTestServer()
  acme = await server.register('acme')
  globex = await server.register('globex')
  await publish(acme, manyFiles)
  await publish(acme, { name: 'twice', body: 'of acme' })
  await publish(globex, { name: 'twice', body: 'of globex' })
  await publish(acme, hidden, { visibility: 'private' })
}, SETUP_MS)
afterAll(() => server.close())
beforeEach(async () => {
  computer = await openComputer()
})
afterEach(() => computer.close())

// The command takes a second and more to start.
describe.each(Object.entries(ways))('clawhub 0.23.3 with %s', { timeout: 120_000 }, (_, way) => {
  test('searches, inspects and installs, byte by byte', async () => {
    const found = await run(['search', 'portable documents'], way())
    expect(found.output).toMatch(/pdf-reader v1\.0\.0\s+@acme/)
    const seen = await run(['inspect', '@acme/pdf-reader', '--files', '--versions'], way())
    expect(seen.output).toContain('scripts/run.py')
    expect(seen.output).toMatch(/Versions:\s+1\.0\.0/)
    const file = await run(['inspect', 'pdf-reader', '--file', 'references/ünï code.md'], way())
    expect(file.output).toContain('# Ünï')
    const { code, output } = await run(['install', 'pdf-reader'], way())
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(await installed('pdf-reader')).toEqual(sortedTree(skillFiles(manyFiles)))
    expect(computer.attempts()).toEqual([])
  })
})

describe('clawhub 0.23.3', { timeout: 120_000 }, () => {
  test('says who somebody is by their key', async () => {
    const nobody = await run(['whoami'])
    expect(nobody.output).toContain('Not logged in')
    await logIn(acme)
    const { code, output } = await run(['whoami'])
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(output).toContain('acme')
  })

  test('is told what an ambiguous name could mean, and takes the publisher', async () => {
    const { code, output } = await run(['install', 'twice'])
    expect(code).not.toBe(0)
    expect(output).toContain('Several publishers have a skill of this name')
    expect(output).toContain('clawhub install @acme/twice')
    expect((await run(['install', '@globex/twice'])).code).toBe(0)
    expect(await installed('@globex', 'twice')).toEqual(sortedTree(skillFiles({ name: 'twice', body: 'of globex' })))
  })

  test('recognises what is installed, and updates it only where it is unchanged', async () => {
    const first = { name: 'moving', files: { 'notes.md': 'first\n', '.dot': 'x' } }
    const next = { name: 'moving', files: { 'notes.md': 'second\n' } }
    await publish(acme, first)
    await run(['install', 'moving'])
    expect((await run(['update', 'moving'])).output).toContain('up to date')
    await publish(acme, next)
    await run(['update', 'moving'])
    expect(await installed('moving')).toEqual(sortedTree(skillFiles(next)))
    await writeFile(join(computer.project, 'skills/moving/notes.md'), 'mine\n')
    await publish(acme, { name: 'moving', files: { 'notes.md': 'third\n' } })
    expect((await run(['update', 'moving'])).output).toContain('local changes')
  })

  test('explores what is new, where the whole API is', async () => {
    const { output } = await run(['explore'], ways['--site']())
    expect(output).toContain('pdf-reader  v1.0.0')
  })

  test('neither sees nor installs private skills of others; their publisher does', async () => {
    for (const words of [
      ['install', 'hidden-one'],
      ['inspect', '@acme/hidden-one'],
      ['search', 'hidden'],
    ]) {
      const { output } = await run(words)
      expect(output).not.toContain('For its publisher alone')
      await expect(installed('hidden-one')).rejects.toThrow('ENOENT')
    }
    await logIn(globex)
    expect((await run(['install', 'hidden-one'])).code).not.toBe(0)
    await logIn(acme)
    const { code, output } = await run(['install', 'hidden-one'])
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(await installed('hidden-one')).toEqual(sortedTree(skillFiles(hidden)))
  })

  test('reads a sentence where something is not there', async () => {
    const { output } = await run(['inspect', 'absent'])
    expect(output).toContain('No such skill. Check the publisher and the name, or search for it.')
  })
})
