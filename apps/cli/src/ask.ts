import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import * as z from 'zod'
import { Failure, usageFailure } from './failures.ts'
import type { Session } from './session.ts'

function interrupted(): Failure {
  return new Failure('Stopped before anything was changed')
}

async function question(session: Session, text: string, isHidden: boolean): Promise<string> {
  if (isHidden) session.host.stderr.write(text)
  // The prompt goes to standard error, so that standard output carries results only; a hidden answer is echoed nowhere.
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      if (!isHidden) session.host.stderr.write(chunk.toString())
      done()
    },
  })
  const lines = createInterface({ input: session.host.stdin, output, terminal: true })
  const stopped = new AbortController()
  lines.on('SIGINT', () => stopped.abort())
  lines.on('close', () => stopped.abort())
  try {
    return await lines.question(isHidden ? '' : text, { signal: stopped.signal })
  } catch {
    throw interrupted()
  } finally {
    lines.close()
    if (isHidden) session.host.stderr.write('\n')
  }
}

/** Asks on the terminal until the answer fits; a usage failure naming the option where there is no terminal. */
export async function ask(
  session: Session,
  label: string,
  option: string,
  fitting: z.ZodType<string> = z.string(),
): Promise<string> {
  if (!session.canAsk) throw usageFailure(`${label} is missing and there is no terminal to ask on`, `Give ${option}.`)
  const answer = (await question(session, `${label}: `, false)).trim()
  if (answer === '') return ask(session, label, option, fitting)
  const judged = fitting.safeParse(answer)
  if (judged.success) return judged.data
  session.host.stderr.write(`  ${judged.error.issues.map(({ message }) => message).join('; ')}\n`)
  return ask(session, label, option, fitting)
}

/** Asks once; an empty answer is one. For a terminal only. */
export async function askOptional(session: Session, label: string): Promise<string> {
  return (await question(session, `${label}: `, false)).trim()
}

/** Asks without echo. */
export async function askHidden(session: Session, label: string, option: string): Promise<string> {
  if (!session.canAsk) throw usageFailure(`${label} is missing and there is no terminal to ask on`, `Give ${option}.`)
  return question(session, `${label}: `, true)
}

/** Asks yes or no; only a clear yes is one. */
export async function confirm(session: Session, label: string): Promise<boolean> {
  if (!session.canAsk) return false
  return /^y(es)?$/i.test((await question(session, `${label} [y/N] `, false)).trim())
}

/** Asks for one of several letters, each with what it stands for, until one of them is given. For a terminal only. */
export async function choose(
  session: Session,
  label: string,
  choices: Readonly<Record<string, string>>,
): Promise<string> {
  const shown = Object.entries(choices).map(([letter, meaning]) => `${letter} = ${meaning}`)
  const answer = (await question(session, `${label} [${shown.join(', ')}] `, false)).trim().toLowerCase()
  return Object.hasOwn(choices, answer) ? answer : choose(session, label, choices)
}

/** All of standard input, up to a limit in bytes. */
export async function readStdin(session: Session, limitBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of session.host.stdin) {
    const piece = Buffer.from(part)
    sizeBytes += piece.length
    if (sizeBytes > limitBytes)
      throw new Failure(`Standard input is larger than ${limitBytes} bytes`, { remedy: 'Send less.' })
    parts.push(piece)
  }
  return Buffer.concat(parts)
}
