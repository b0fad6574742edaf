import { randomBytes } from 'node:crypto'
import { createFrameReader, encodeHostFrame, FrameError, SECRET_BYTES, type GuestFrame } from './frames.ts'
import { type InsideProcess, startInside } from '../isolation/start-inside.ts'
import type { Enclosure } from '../isolation/enclosure.ts'
import type { GuestUsage } from '../isolation/guest-usage.ts'

const STDERR_BYTES = 4096

/** How a guest ended, once its pipes are closed too. */
export interface GuestExit {
  code: number | null
  signal: NodeJS.Signals | null
  /** The last bytes it wrote to stderr. */
  stderr: string
}

/** Who hears what a guest says. */
export interface GuestListener {
  onFrame(frame: GuestFrame): void
  /** It broke the protocol; nothing it says afterwards is passed on. */
  onViolation(error: FrameError): void
  onExit(exit: GuestExit): void
}

/** One process, for one run. */
export interface GuestProcess {
  readonly pid: number
  /** Resolves when it waits for a run. Rejects with what it said, if it ends before. */
  readonly ready: Promise<void>
  readonly exited: Promise<GuestExit>
  listen(listener: GuestListener, frameBytes: number): void
  send(name: 'prepare' | 'run' | 'returned' | 'part' | 'credit' | 'abort', text: string): void
  /** What was sent and not read by the guest yet, beyond what its pipe holds. */
  backlogBytes(): number
  /** The most memory from now on, where its enclosure enforces it. */
  limitMemory(bytes: number): void
  /** What it has used since it was started; right until `exited` is told. */
  usage(): GuestUsage
  /** Resolves when the process has ended, everything below it has let go of its pipes, and its enclosure is taken down. */
  kill(): Promise<GuestExit>
}

/** The guest ended before it was ready. */
export class GuestStartError extends Error {
  override readonly name = 'GuestStartError'
}

function killGroup(pid: number | undefined) {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Already gone: nothing to kill.
  }
}

function exitText({ code, signal, stderr }: GuestExit): string {
  return `the guest ended with ${signal ?? `exit code ${code}`}${stderr === '' ? '' : `: ${stderr.trim()}`}`
}

/** The end of a child, with the last bytes it wrote to stderr. `close` comes after its pipes are read to the end. */
function watchExit(child: InsideProcess): Promise<GuestExit> {
  const exited = Promise.withResolvers<GuestExit>()
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('latin1')).slice(-STDERR_BYTES)
  })
  child.on('error', (error) => {
    if (child.pid === undefined) exited.resolve({ code: null, signal: null, stderr: error.message })
  })
  child.on('close', (code, signal) => exited.resolve({ code, signal, stderr }))
  // Writing to a guest that has just died is not an error: its end is reported by `close`.
  child.stdin.on('error', () => {})
  return exited.promise
}

/** Starts a process within its enclosure, with an environment of its own, in its own process group. */
export function startGuest(enclosure: Enclosure): GuestProcess {
  const secret = randomBytes(SECRET_BYTES)
  const child = startInside(enclosure.line)
  const { pid } = child
  const ready = Promise.withResolvers<void>()
  const exited = watchExit(child)
  let listener: GuestListener | null = null
  let isBroken = false
  let hasExited = false

  const reader = createFrameReader(secret, (frame) => {
    if (listener) listener.onFrame(frame)
    else if (frame.name === 'ready') ready.resolve()
    else throw new FrameError(`${frame.name} before a run`)
  })
  child.stdout.on('data', (chunk: Buffer) => {
    if (isBroken) return
    try {
      reader.push(chunk)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      isBroken = true
      listener?.onViolation(error)
      killGroup(pid)
    }
  })
  // A rejection belongs to whoever waits for it; until then it must not count as unhandled.
  ready.promise.catch(() => {})
  const removed = exited.then(async (exit) => {
    hasExited = true
    ready.reject(new GuestStartError(exitText(exit)))
    listener?.onExit(exit)
    await enclosure.remove()
    return exit
  })
  child.stdin.write(encodeHostFrame('boot', secret))

  return {
    pid: pid ?? -1,
    ready: ready.promise,
    exited,
    listen(newListener, frameBytes) {
      listener = newListener
      reader.limitTo(frameBytes)
    },
    send(name, text) {
      if (child.stdin.writable) child.stdin.write(encodeHostFrame(name, text))
    },
    backlogBytes: () => child.stdin.writableLength,
    limitMemory: (bytes) => enclosure.limitMemory(bytes),
    usage: () => enclosure.usage(pid ?? -1),
    kill() {
      // The id of a process that has ended may belong to another one by now.
      if (!hasExited) {
        killGroup(pid)
        enclosure.kill()
      }
      return removed
    },
  }
}
