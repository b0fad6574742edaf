import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openTestDatabase } from './test-database.ts'

/** The Node that the project brings, whichever runs the tests. */
const NODE = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
const ENTRY = fileURLToPath(new URL('../src/processes/all.ts', import.meta.url))
const START_MS = 100_000
const READY = /Guildhall is ready at (http:\/\/\S+)\n/

/** What outlives the processes: a data folder, and a database where one is asked for by DATABASE_URL. */
export interface ServerHome {
  dataDir: string
  env: Record<string, string>
  close(): Promise<void>
}

export async function openServerHome(): Promise<ServerHome> {
  const parent = await mkdtemp(join(tmpdir(), 'guildhall-home-'))
  const opened = process.env.DATABASE_URL ? await openTestDatabase() : null
  const dataDir = join(parent, 'data')
  return {
    dataDir,
    env: { GUILDHALL_DATA_DIR: dataDir, ...(opened?.url ? { DATABASE_URL: opened.url } : {}) },
    async close() {
      await opened?.close()
      await rm(parent, { recursive: true, force: true })
    },
  }
}

export interface Ended {
  /** Null where a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

export interface ServerProcess {
  /** As the ready line tells it. */
  origin: string
  pid: number
  stdout(): string
  /** Sends SIGINT and waits for the end. */
  stop(): Promise<Ended>
  /** SIGKILL: nothing of it gets to say goodbye. */
  kill9(): Promise<void>
}

interface Child {
  process: ChildProcessWithoutNullStreams
  output: Pick<Ended, 'stdout' | 'stderr'>
  ended: Promise<Ended>
}

/** Only what a test says, not what the machine happens to have. No web, no examples. */
function spawnServer(env: Record<string, string>): Child {
  const usual = { NODE_ENV: 'test' as const, PORT: '0', GUILDHALL_WEB: 'off', GUILDHALL_SEED: 'off' }
  const path = { PATH: process.env.PATH ?? '', GUILDHALL_SANDBOX_WARM: '0', GUILDHALL_RATE_LIMIT: '0' }
  const child = spawn(NODE, [ENTRY], { env: { ...usual, ...path, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => void (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (output.stderr += chunk.toString()))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...output }))
  return { process: child, output, ended }
}

/** Waits until the process has printed `line`; answers what its group caught. */
function printed({ process: child, output, ended }: Child, line: RegExp): Promise<string> {
  const seen = Promise.withResolvers<string>()
  const fail = (why: string) => seen.reject(new Error(`${why}: ${JSON.stringify(output)}`))
  const timer = setTimeout(() => fail('not in time'), START_MS)
  child.stdout.on('data', () => {
    const match = line.exec(output.stdout)
    if (match) seen.resolve(match[1] ?? match[0])
  })
  void ended.then(() => fail('ended before'))
  return seen.promise.finally(() => clearTimeout(timer))
}

/** Starts the real server as a process of its own and waits for its ready line. */
export async function startServerProcess(home: ServerHome, env: Record<string, string> = {}): Promise<ServerProcess> {
  const child = spawnServer({ ...home.env, ...env })
  const origin = await printed(child, READY).catch((error: unknown) => {
    child.process.kill('SIGKILL')
    throw error
  })
  return {
    origin,
    pid: child.process.pid ?? 0,
    stdout: () => child.output.stdout,
    async stop() {
      child.process.kill('SIGINT')
      return child.ended
    },
    async kill9() {
      child.process.kill('SIGKILL')
      await child.ended
    },
  }
}

/** For a start that must fail: waits for the end of the process. */
export async function runServerProcess(home: ServerHome, env: Record<string, string> = {}): Promise<Ended> {
  const child = spawnServer({ ...home.env, ...env })
  const timer = setTimeout(() => child.process.kill('SIGKILL'), START_MS)
  return child.ended.finally(() => clearTimeout(timer))
}

/** Starts the server and kills it with SIGKILL as soon as it has printed `line`. */
export async function killServerProcessAt(home: ServerHome, line: RegExp, env: Record<string, string>): Promise<void> {
  const child = spawnServer({ ...home.env, ...env })
  await printed(child, line).finally(() => child.process.kill('SIGKILL'))
  await child.ended
}
