import { randomUUID } from 'node:crypto'
import { homedir, hostname } from 'node:os'

/** Somewhere text can be written to. */
export interface TextSink {
  write: (text: string) => unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
}

/** Everything of the process that commands touch, so that a test can stand in for it. */
export interface Host {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined }
  stdout: TextSink
  stderr: TextSink
  env: Record<string, string | undefined>
  cwd: string
  home: string
  machineName: string
  now: () => Date
  newId: () => string
  wait: (ms: number) => Promise<void>
  /** Calls the handler on Ctrl-C instead of ending; returns how to stop that. */
  onInterrupt: (handler: () => void) => () => void
}

/** The host that this process is. */
export function processHost(): Host {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    machineName: hostname(),
    now: () => new Date(),
    newId: () => randomUUID(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onInterrupt: (handler) => {
      process.on('SIGINT', handler)
      return () => void process.off('SIGINT', handler)
    },
  }
}
