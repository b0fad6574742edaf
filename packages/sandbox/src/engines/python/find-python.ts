import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'

/** No CPython that is new enough could be found; the message says what was tried. */
export class PythonNotFoundError extends Error {
  override readonly name = 'PythonNotFoundError'
}

const PROBE_WITHIN_MS = 10_000

/** What an interpreter says about itself: the program that really runs, whatever shim or environment started it. */
const Interpreter = z.strictObject({
  version: z.string(),
  isNewEnough: z.boolean(),
  /** The program itself, without links. */
  executable: z.string(),
  prefix: z.string(),
  /** Folders of the standard library, below `prefix`. */
  libraries: z.array(z.string()).min(1),
  /** The shared libpython, where the program is linked against one. */
  sharedLibrary: z.string().nullable(),
})
export type Interpreter = z.infer<typeof Interpreter>

const PROBE = `
import json, os, sys, sysconfig
paths = sysconfig.get_paths()
real = os.path.realpath
with open("/proc/self/maps") as maps:
    shared = [line.split(maxsplit=5)[5].strip() for line in maps if "/libpython3" in line]
print(json.dumps({
    "version": sys.version.split()[0],
    "isNewEnough": sys.version_info >= (3, 10) and sys.implementation.name == "cpython",
    "executable": real(getattr(sys, "_base_executable", None) or sys.executable),
    "prefix": real(sys.base_prefix),
    "libraries": sorted({real(os.path.dirname(os.__file__)), real(paths["platstdlib"])}) if os.path.isdir(paths["platstdlib"])
        else [real(os.path.dirname(os.__file__))],
    "sharedLibrary": shared[0] if shared else None,
}))
`

/** Asks a program that calls itself Python what it is. Rejects where it is none, or does not answer. */
async function probe(program: string): Promise<Interpreter> {
  const { stdout } = await promisify(execFile)(program, ['-I', '-S', '-B', '-c', PROBE], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' },
    timeout: PROBE_WITHIN_MS,
    killSignal: 'SIGKILL',
  })
  return Interpreter.parse(JSON.parse(stdout))
}

async function programs(): Promise<string[]> {
  const folders = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)]
  const paths = [...new Set(folders.filter((folder) => folder !== ''))].map((folder) => join(folder, 'python3'))
  const found = await Promise.allSettled(paths.map((path) => access(path, constants.X_OK)))
  return paths.filter((_, index) => found[index]?.status === 'fulfilled')
}

function reasonOf(interpreter: Interpreter): string | null {
  if (!interpreter.isNewEnough) return `is ${interpreter.version}, not CPython 3.10 or newer`
  const strays = interpreter.libraries.filter((path) => !path.startsWith(`${interpreter.prefix}/`))
  return strays.length > 0 ? `has its library outside of ${interpreter.prefix}` : null
}

/**
 * The system's CPython, 3.10 or newer: the one in /usr/bin before others on the PATH. A shim is asked which program it stands for. Rejects
 * with PythonNotFoundError.
 */
export async function findPython(): Promise<Interpreter> {
  const tried: string[] = []
  for (const program of await programs()) {
    try {
      const interpreter = await probe(program)
      const reason = reasonOf(interpreter)
      if (reason === null) return interpreter
      tried.push(`${program} ${reason}`)
    } catch {
      tried.push(`${program} does not run`)
    }
  }
  throw new PythonNotFoundError(`No CPython 3.10 or newer (${tried.join(', ') || 'no python3 on the PATH'})`)
}
