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
  /** What somebody types when they are asked, one answer for each question. */
  answers?: string[]
  /** As if standard error and input were a terminal. */
  isTerminal?: boolean
}

/** Runs one command line within this process, with a home and with output that can be read. Nothing answers at the usual registry. */
export async function runHere(argv: readonly string[], place: Place): Promise<Written> {
  const { folder, env = {}, stdin = '', answers, isTerminal = answers !== undefined } = place
  const written = { out: '', err: '' }
  const input = Object.assign(new PassThrough(), { isTTY: isTerminal })
  if (answers === undefined) input.end(stdin)
  const typed = [...(answers ?? [])]
  /** Types the next answer as soon as a question stands there. */
  const answer = (): void => {
    if (typed.length > 0) setImmediate(() => input.write(`${typed.shift()}\n`))
  }
  const host: Host = {
    ...processHost(),
    stdin: input,
    stdout: { write: (text) => void (written.out += text), isTTY: isTerminal },
    stderr: {
      write(text) {
        written.err += text
        if (/[\]:] $/.test(text)) answer()
      },
      isTTY: isTerminal,
    },
    env: { PATH: process.env['PATH'], GUILDHALL_REGISTRY: 'http://127.0.0.1:1', NO_COLOR: '1', ...env },
    cwd: folder,
    home: folder,
  }
  return { code: await runCli(argv, host), ...written }
}
