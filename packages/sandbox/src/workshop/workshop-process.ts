import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import type { Enclosure } from '../isolation/enclosure.ts'
import { type InsideProcess, startInside } from '../isolation/start-inside.ts'
import { encodeMessage, type Message, MessageError, readMessages } from './message.ts'
import { workshopLimits } from './workshop-image.ts'

const WATCH_MS = 20
const STDERR_CHARS = 4096

/** Why a process gave no answer. */
export type WorkshopEnd = 'memory' | 'ended'

/** One process that works for one run. It gives one answer for each message, in order. */
export interface WorkshopProcess {
  readonly pid: number
  /** Sends work and waits for the answer; one at a time. Rejects with WorkshopEnded when the process ends before. */
  ask(message: Message): Promise<Message>
  kill(): void
  readonly hasEnded: boolean
  /** Resolves when nothing of it is left, its enclosure included. Never rejects. */
  readonly gone: Promise<void>
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

/** The pipes of a child process are sockets, which their declared types do not say. */
function setPipeReferenced(pipe: Readable | Writable, isReferenced: boolean) {
  if (!(pipe instanceof Socket)) return
  if (isReferenced) pipe.ref()
  else pipe.unref()
}

/** Keeps the host alive only while there is work, or an end to wait for. */
function setReferenced(child: InsideProcess, isReferenced: boolean) {
  for (const pipe of [child.stdin, child.stdout, child.stderr]) setPipeReferenced(pipe, isReferenced)
  if (isReferenced) child.ref()
  else child.unref()
}

/** The last words of a process that dies are heard until its pipes are closed. */
function hearEnd(child: InsideProcess): Promise<string> {
  const ended = Promise.withResolvers<string>()
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('latin1')).slice(-STDERR_CHARS)
  })
  // Nobody reads the rest of what it says, and an unread pipe does not close.
  child.once('exit', () => child.stdout.destroy())
  child.once('close', () => ended.resolve(words))
  child.once('error', (error) => {
    if (child.pid === undefined) ended.resolve(error.message)
  })
  // A process that ends while it is written to; its end is told above.
  child.stdin.on('error', () => {})
  return ended.promise
}

function killGroup(pid: number) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}

/** Starts a process that can be asked at once. */
export function startWorkshopProcess(enclosure: Enclosure): WorkshopProcess {
  return new EnclosedProcess(enclosure)
}

class EnclosedProcess implements WorkshopProcess {
  readonly pid: number
  readonly gone: Promise<void>
  private readonly enclosure: Enclosure
  private readonly child: InsideProcess
  private readonly answers: AsyncGenerator<Message>
  private readonly exited = Promise.withResolvers<never>()
  private reason: WorkshopEnd = 'ended'
  private isKilled = false
  private isOver = false

  constructor(enclosure: Enclosure) {
    this.enclosure = enclosure
    this.child = startInside(enclosure.line)
    this.pid = this.child.pid ?? -1
    this.answers = readMessages(this.child.stdout, workshopLimits.messageBytes)
    this.exited.promise.catch(() => {})
    this.gone = hearEnd(this.child).then((lastWords) => this.end(lastWords))
    setReferenced(this.child, false)
  }

  get hasEnded(): boolean {
    return this.isOver
  }

  async ask(message: Message): Promise<Message> {
    setReferenced(this.child, true)
    const watching = setInterval(() => this.watch(), WATCH_MS)
    try {
      for (const part of encodeMessage(message)) this.child.stdin.write(part)
      return await Promise.race([this.nextAnswer(), this.exited.promise])
    } finally {
      clearInterval(watching)
      if (!this.isKilled) setReferenced(this.child, false)
    }
  }

  kill() {
    // The id of a process that has ended may belong to another one by now.
    if (this.isOver || this.pid < 1) return
    // Whoever waits for the end must not be ended first.
    setReferenced(this.child, true)
    this.isKilled = true
    killGroup(this.pid)
    // For systems without groups of processes.
    this.child.kill('SIGKILL')
    this.enclosure.kill()
  }

  /** Where the system enforces the limit, this comes too late and does nothing. */
  private watch() {
    if (this.isOver || this.enclosure.usage(this.pid).memoryBytes <= workshopLimits.memoryBytes) return
    this.reason = 'memory'
    this.kill()
  }

  private async nextAnswer(): Promise<Message> {
    try {
      const next = await this.answers.next()
      if (next.done !== true) return next.value
    } catch (error) {
      // Else its pipe has broken, which is how an end is heard first.
      if (error instanceof MessageError) throw error
    }
    return this.exited.promise
  }

  private async end(lastWords: string): Promise<void> {
    this.isOver = true
    const isOutOfMemory = this.enclosure.usage(this.pid).isOutOfMemory || /heap out of memory/.test(lastWords)
    if (isOutOfMemory) this.reason = 'memory'
    this.exited.reject(new WorkshopEnded(this.reason))
    await this.enclosure.remove()
  }
}
