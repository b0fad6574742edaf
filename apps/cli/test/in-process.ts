import { PassThrough } from 'node:stream'
import { type Host, processHost } from '../src/host.ts'
import { runCli } from '../src/run-cli.ts'

export interface Written {
  code: number
  out: string
  err: string
}

export interface Place {
  /** Home and working folder. */
  folder: string
  env?: Record<string, string>
  stdin?: string
  /** As if standard error and input were a terminal. */
  isTerminal?: boolean
}

/** Runs one command line within this process, with a home and with output that can be read. Nothing answers at the usual registry. */
export async function runHere(argv: readonly string[], place: Place): Promise<Written> {
  const { folder, env = {}, stdin = '', isTerminal = false } = place
  const written = { out: '', err: '' }
  const input = Object.assign(new PassThrough(), { isTTY: isTerminal })
  input.end(stdin)
  const host: Host = {
    ...processHost(),
    stdin: input,
    stdout: { write: (text) => void (written.out += text), isTTY: isTerminal },
    stderr: { write: (text) => void (written.err += text), isTTY: isTerminal },
    env: { PATH: process.env['PATH'], GUILDHALL_REGISTRY: 'http://127.0.0.1:1', NO_COLOR: '1', ...env },
    cwd: folder,
    home: folder,
  }
  return { code: await runCli(argv, host), ...written }
}
