import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, type ServerProcess, startServer } from './processes.ts'

const GUIDE = new URL('../../../docs/guides/first-skill.md', import.meta.url)
const PASSWORD = 'a-long-first-password'

let root = ''
let server: ServerProcess | undefined

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-first-'))
  server = await startServer({
    GUILDHALL_DATA_DIR: join(root, 'data'),
    GUILDHALL_WEB: 'off',
    GUILDHALL_SEED: 'off',
    GUILDHALL_REVIEW: 'nobody',
  })
}, 60_000)

afterAll(async () => {
  await server?.stop()
  await rm(root, { recursive: true, force: true })
})

/** What takes the place of answers, by command. */
const ANSWERS = new Map([
  ['register', ['--password-stdin']],
  ['dev', ['--yes']],
])

/** The words of a command line, which quotes with '…' alone. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** The commands of the guide, for a skill and an author of their own. */
async function commandsFor(kind: string, action: string): Promise<string[][]> {
  const guide = await readFile(GUIDE, 'utf8')
  const lines = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, body = '']) => body.trim().split('\n'))
  return lines.map((line) => {
    expect(line).toMatch(/^npx guildhall /)
    const own = line
      .replace('--kind javascript', `--kind ${kind}`)
      .replaceAll('you@example.com', `${kind}-author@example.com`)
      .replaceAll('--handle you', `--handle ${kind}-author`)
      .replaceAll('@you/', `@${kind}-author/`)
      .replaceAll(' count ', ` ${action} `)
    return wordsOf(own).slice(2)
  })
}

describe('the guide to a first skill', () => {
  it.each([
    ['javascript', 'count', '"words": 3'],
    ['python', 'count', '"words": 3'],
    ['workflow', 'run', '"text": "Now everybody can"'],
  ])(
    'leads from nothing to a published skill of kind %s that runs',
    async (kind, action, result) => {
      const folder = await mkdtemp(join(root, `${kind}-`))
      const env = { HOME: folder, GUILDHALL_REGISTRY: server?.url ?? '' }
      const commands = await commandsFor(kind, action)
      expect(commands.length).toBeGreaterThanOrEqual(8)
      let last = ''
      for (const argv of commands) {
        // A person at a terminal types a password and allows what the skill asks for; without a terminal that is said beforehand.
        const accepted = [...argv, ...(ANSWERS.get(argv[0] ?? '') ?? [])]
        const { code, out, err } = await runCommand(accepted, { cwd: folder, env, stdin: `${PASSWORD}\n` })
        expect([argv.join(' '), code, err]).toEqual([argv.join(' '), 0, err])
        last = out
      }
      expect(last).toContain(result)
    },
    90_000,
  )
})
