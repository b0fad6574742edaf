import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { SourceError } from '../source-error.ts'

export interface GitCall {
  parameters: readonly string[]
  environment: Record<string, string>
  folder: string
  /** Ends the program and everything it started; the call rejects with the reason of the signal. */
  signal: AbortSignal
  /** A stream keeps the program waiting for more until it ends. */
  input?: Readable
  /** Gets what the program says; what it throws ends the program and rejects the call. */
  onOutput?: (chunk: Buffer) => void
}

export interface GitEnd {
  isGood: boolean
  /** The end of what it complained about. */
  complaint: string
}

const COMPLAINT_CHARACTERS = 8000
/** 2 GiB of address space for git and each of its children, where the shell can set it. */
const WITHIN_LIMITS = 'ulimit -v 2097152 2>/dev/null; exec git "$@"'

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Gone already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Runs git once, in a process group of its own. Rejects with `git.missing`, the signal's reason, or what `onOutput` threw. */
export async function runGit({ parameters, environment, folder, signal, input, onOutput }: GitCall): Promise<GitEnd> {
  signal.throwIfAborted()
  const child = spawn('/bin/sh', ['-c', WITHIN_LIMITS, 'sh', ...parameters], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  let thrown: { error: unknown } | null = null
  const stop = (): void => killGroup(child.pid)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-COMPLAINT_CHARACTERS)
  })
  child.stdout.on('data', (chunk: Buffer) => {
    if (thrown) return
    try {
      onOutput?.(chunk)
    } catch (error) {
      thrown = { error }
      stop()
    }
  })
  // A program that ends early closes its input; its exit tells why.
  child.stdin.on('error', () => undefined)
  if (input) input.pipe(child.stdin)
  else child.stdin.end()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const code = await ended
    // A child of git that hangs on outlives it where git was killed alone.
    stop()
    signal.throwIfAborted()
    if (thrown !== null) throw (thrown as { error: unknown }).error
    if (code === 127) throw new SourceError('git.missing')
    return { isGood: code === 0, complaint }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
