import { readFile, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { JsonValue, type WorkspaceFile } from '@guildhall/contracts'
import { readStdin } from './ask.ts'
import { Failure, usageFailure } from './failures.ts'
import type { Session } from './session.ts'

const INPUT_BYTES = 4 * 1024 * 1024
const FILE_BYTES = 2_000_000

function parseInput(text: string, where: string): JsonValue {
  try {
    return JsonValue.parse(JSON.parse(text))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'not JSON'
    throw usageFailure(`The input in ${where} is not JSON: ${reason}`, `Write it like --input '{"topic":"tea"}'.`)
  }
}

/** Reads --input: JSON itself, `@file`, or `-` for standard input. */
export async function readInput(session: Session, given: string | undefined): Promise<JsonValue> {
  if (given === undefined) return {}
  if (given === '-') {
    const text = new TextDecoder().decode(await readStdin(session, INPUT_BYTES))
    return parseInput(text, 'standard input')
  }
  if (!given.startsWith('@')) return parseInput(given, '--input')
  const file = resolve(session.host.cwd, given.slice(1))
  return parseInput(await readFile(file, 'utf8'), file)
}

/** Reads `path` or `path=name-in-the-workspace`. Throws a Failure where it is too large to send. */
export async function readWorkspaceFile(session: Session, given: string): Promise<WorkspaceFile> {
  const cut = given.lastIndexOf('=')
  const source = resolve(session.host.cwd, cut > 0 ? given.slice(0, cut) : given)
  const path = cut > 0 ? given.slice(cut + 1) : basename(source)
  const { size } = await stat(source)
  if (size > FILE_BYTES)
    throw new Failure(`The file has ${size} bytes; at most ${FILE_BYTES} can be sent with a run`, {
      where: source,
      remedy: 'Send a smaller file, or a part of it.',
    })
  return { path, contentBase64: (await readFile(source)).toString('base64') }
}
