import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { join, sep } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { residentBytes } from '../guests/resident-memory.ts'
import { encodeMessage, type Message, readMessages } from './message.ts'

/** What a process may take. */
export const workshopLimits = {
  /** Resident. The empty process takes about 60 MiB. */
  memoryBytes: 512 * 1024 * 1024,
  heapMiB: 256,
  /** Of one message, in both directions. */
  messageBytes: 80 * 1024 * 1024,
}

const WATCH_MS = 20
const MAIN = join(import.meta.dirname, 'process/main.ts')

/** Why a process gave no answer. */
export type WorkshopEnd = 'memory' | 'ended'

/** One process that works for one run. It gives one answer for each message, in order. */
export interface WorkshopProcess {
  /** Sends work and waits for the answer; one at a time. Rejects with WorkshopEnded when the process ends before. */
  ask(message: Message): Promise<Message>
  kill(): void
  readonly hasEnded: boolean
}

/** The process ended instead of answering. */
export class WorkshopEnded extends Error {
  override readonly name = 'WorkshopEnded'
  readonly reason: WorkshopEnd
  constructor(reason: WorkshopEnd) {
    super(`The workshop process ended (${reason})`)
    this.reason = reason
  }
}

/** The folders that hold the code of the process: this package's neighbours, and the packages that they need. */
function codeFolders(): string[] {
  const needed = createRequire(import.meta.url).resolve('sharp')
  const marker = `${sep}node_modules`
  return [join(import.meta.dirname, '../../..'), needed.slice(0, needed.lastIndexOf(marker) + marker.length)]
}

/**
 * How Node is started for work on what strangers made. Its permissions are no wall against native code, but they take from the
 * JavaScript of libraries all files but the code itself, all writing, other processes and threads. They do not know the network.
 */
export function workshopFlags(): string[] {
  return [
    '--permission',
    '--allow-addons',
    ...codeFolders().map((folder) => `--allow-fs-read=${folder}`),
    `--max-old-space-size=${workshopLimits.heapMiB}`,
    '--disable-warning=SecurityWarning',
    '--disable-warning=ExperimentalWarning',
  ]
}

/** Nothing of the host's environment goes along. */
function startProcess(): ChildProcess {
  return spawn(process.execPath, [...workshopFlags(), MAIN], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { NODE_ENV: 'production' },
    cwd: import.meta.dirname,
  })
}

/** The pipes of a child process are sockets, which their declared types do not say. */
function setPipeReferenced(pipe: Readable | Writable, isReferenced: boolean) {
  if (!(pipe instanceof Socket)) return
  if (isReferenced) pipe.ref()
  else pipe.unref()
}

/** Keeps the host alive only while there is work. */
function setReferenced(child: ChildProcess, pipes: readonly (Readable | Writable)[], isReferenced: boolean) {
  for (const pipe of pipes) setPipeReferenced(pipe, isReferenced)
  if (isReferenced) child.ref()
  else child.unref()
}

/** Starts a process that can be asked at once. */
export function startWorkshopProcess(): WorkshopProcess {
  const child = startProcess()
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('a process without pipes')
  const exited = Promise.withResolvers<never>()
  exited.promise.catch(() => {})
  let reason: WorkshopEnd = 'ended'
  let hasEnded = false
  const onEnd = () => {
    hasEnded = true
    exited.reject(new WorkshopEnded(reason))
  }
  child.once('exit', onEnd)
  child.once('error', onEnd)
  // A process that ends while it is written to; `exit` tells of it.
  stdin.on('error', () => {})
  const answers = readMessages(stdout, workshopLimits.messageBytes)
  setReferenced(child, [stdin, stdout], false)

  function kill() {
    child.kill('SIGKILL')
  }

  function watch() {
    if (child.pid === undefined || residentBytes(child.pid) <= workshopLimits.memoryBytes) return
    reason = 'memory'
    kill()
  }

  async function nextAnswer(): Promise<Message> {
    const next = await answers.next()
    if (next.done !== true) return next.value
    return exited.promise
  }

  return {
    get hasEnded() {
      return hasEnded
    },
    kill,
    async ask(message) {
      setReferenced(child, [stdin, stdout], true)
      const watching = setInterval(watch, WATCH_MS)
      try {
        for (const part of encodeMessage(message)) stdin.write(part)
        return await Promise.race([nextAnswer(), exited.promise])
      } finally {
        clearInterval(watching)
        setReferenced(child, [stdin, stdout], false)
      }
    },
  }
}
