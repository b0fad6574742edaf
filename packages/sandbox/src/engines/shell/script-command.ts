import { posix } from 'node:path'

/** Programs that may run a script. */
export type Interpreter = 'sh' | 'bash' | 'python3'

export interface ScriptCommand {
  interpreter: Interpreter
  /** Options of the script's first line, such as `-eu`. */
  flags: string[]
}

/** The entry is not a script that this engine runs; the message says why. */
export class NotAScriptError extends Error {
  override readonly name = 'NotAScriptError'
}

const FIRST_LINE_BYTES = 256
const byWord: Record<string, Interpreter> = {
  sh: 'sh',
  dash: 'sh',
  bash: 'bash',
  python3: 'python3',
  python: 'python3',
}
const byExtension: Record<string, Interpreter> = { '.sh': 'sh', '.bash': 'bash', '.py': 'python3' }

function firstLine(bytes: Uint8Array): string {
  const [line = ''] = new TextDecoder('latin1').decode(bytes.subarray(0, FIRST_LINE_BYTES)).split('\n')
  return line.trimEnd()
}

/** What runs a script: what its first line says (`#!/bin/bash`, `#!/usr/bin/env python3`), else its extension. Throws NotAScriptError. */
export function scriptCommand(files: ReadonlyMap<string, Uint8Array>, entry: string): ScriptCommand {
  const bytes = files.get(entry)
  if (!bytes) throw new NotAScriptError(`The package has no file ${JSON.stringify(entry)}`)
  const line = firstLine(bytes)
  if (!line.startsWith('#!')) {
    const interpreter = byExtension[posix.extname(entry)]
    if (interpreter) return { interpreter, flags: [] }
    throw new NotAScriptError(`${entry} has neither a first line such as #!/bin/sh nor an extension such as .sh or .py`)
  }
  const [program = '', ...rest] = line.slice(2).trim().split(/\s+/)
  const words =
    posix.basename(program) === 'env' ? rest.filter((word) => word !== '-S') : [posix.basename(program), ...rest]
  const [name = '', ...flags] = words
  const interpreter = Object.hasOwn(byWord, name) ? byWord[name] : undefined
  if (!interpreter)
    throw new NotAScriptError(`${entry} wants to be run by ${JSON.stringify(name)}; sh, bash and python3 are there`)
  if (flags.some((flag) => !/^-[A-Za-z]{1,8}$/.test(flag)))
    throw new NotAScriptError(`The first line of ${entry} has options that are not letters`)
  return { interpreter, flags }
}
