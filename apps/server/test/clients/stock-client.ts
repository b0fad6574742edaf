import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
/** The Node that the project brings, whichever runs the tests. */
const NODE = join(dirname(require.resolve('node/package.json')), 'bin', 'node')

/** Commands of others as they come from the registry, by the file that starts them. */
const commands = {
  'skills 1.5.18': ['skills-1-5/package.json', 'bin/cli.mjs'],
  'skills 1.7.4': ['skills-1-7/package.json', 'bin/cli.mjs'],
  'clawhub 0.23.3': ['clawhub/package.json', 'bin/clawdhub.js'],
} as const
export type StockCommand = keyof typeof commands

export interface Ran {
  code: number | null
  /** Both streams, without colours. */
  output: string
}

/** A person's computer with one project, an empty home, and no way out but the loopback interface. */
export interface Computer {
  project: string
  run(command: StockCommand, words: readonly string[], env?: Record<string, string>): Promise<Ran>
  /** What was asked of other machines, were it let through. */
  attempts(): readonly string[]
  close(): Promise<void>
}

const TIMEOUT_MS = 60_000
const COLOURS = /\u001b\[[0-9;?]*[A-Za-z]/g

/** Lets nobody through and notes who asked for what. */
async function openTrap(): Promise<{ url: string; attempts: string[]; close(): Promise<void> }> {
  const attempts: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (chunk) => {
      attempts.push(chunk.toString('latin1').split('\r\n')[0] ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    attempts,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

export async function openComputer(): Promise<Computer> {
  const root = await mkdtemp(join(tmpdir(), 'guildhall-client-'))
  const [home, project] = [join(root, 'home'), join(root, 'project')]
  for (const folder of [home, project]) await mkdir(folder)
  const trap = await openTrap()
  const usual = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_STATE_HOME: join(home, '.state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.data'),
    // Their own switches.
    DISABLE_TELEMETRY: '1',
    DO_NOT_TRACK: '1',
    CLAWHUB_DISABLE_TELEMETRY: '1',
    NO_COLOR: '1',
    // Whatever is not on this machine goes into the trap.
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: trap.url,
    HTTPS_PROXY: trap.url,
    NO_PROXY: '127.0.0.1,localhost',
  }
  return {
    project,
    async run(command, words, env = {}) {
      const [manifest, entry] = commands[command]
      const script = join(dirname(require.resolve(manifest)), entry)
      const child = spawn(NODE, [script, ...words], {
        cwd: project,
        env: { ...usual, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
      await once(child, 'close').finally(() => clearTimeout(timer))
      return { code: child.exitCode, output: output.replaceAll(COLOURS, '') }
    },
    attempts: () => trap.attempts,
    async close() {
      await trap.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}
