import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { GuestImage } from '../../isolation/launch.ts'

export interface PyodideOptions {
  denoPath: string
  /** A private folder of this engine, holding `deno` (its cache), `empty`, and the snapshot once it is made. */
  homeDir: string
  memoryBytes: number
}

const enginesDir = fileURLToPath(new URL('..', import.meta.url))
const pythonDir = join(enginesDir, 'python/guest')
const programDir = join(enginesDir, 'python/pyodide')
const sharedDir = join(enginesDir, 'javascript/guest')
const pyodideDir = dirname(createRequire(import.meta.url).resolve('pyodide/package.json'))
const LARGEST_FILE_BYTES = 8 * 1024 * 1024
const MOST_THREADS = 96
const flags = [
  'run',
  '--quiet',
  '--no-prompt',
  '--no-config',
  '--no-lock',
  '--no-remote',
  '--no-npm',
  '--cached-only',
  // It would grow in the folder of the engine, where nothing walls that off.
  '--no-code-cache',
  '--unstable-worker-options',
]
const quietDeno = { DENO_NO_UPDATE_CHECK: '1', DENO_NO_PROMPT: '1', NO_COLOR: '1' }
const snapshotOf = (homeDir: string): string => join(homeDir, 'pyodide.snapshot')

/** Starts Pyodide once and keeps its memory, from which guests start. No skill is there yet. Takes some seconds. */
export async function makeSnapshot({ denoPath, homeDir }: PyodideOptions): Promise<void> {
  const rights = [`--allow-read=${pyodideDir},${pythonDir}`, `--allow-write=${snapshotOf(homeDir)}`]
  const program = [join(programDir, 'make-snapshot.js'), `${pyodideDir}/`, `${pythonDir}/`, snapshotOf(homeDir)]
  await promisify(execFile)(denoPath, [...flags, '--v8-flags=--liftoff-only', ...rights, ...program], {
    env: { NODE_ENV: 'production', ...quietDeno, DENO_DIR: join(homeDir, 'deno') },
  })
}

/** Pyodide in a worker of Deno without any permission; the isolate that watches it may read the files of Pyodide. */
export function pyodideImage({ denoPath, homeDir, memoryBytes }: PyodideOptions): GuestImage {
  const cacheDir = join(homeDir, 'deno')
  return {
    readOnly: [
      { from: denoPath, to: '/guest/deno' },
      { from: programDir, to: '/guest/code/python/pyodide' },
      { from: sharedDir, to: '/guest/code/javascript/guest' },
      { from: pyodideDir, to: '/guest/pyodide' },
      { from: snapshotOf(homeDir), to: '/guest/snapshot' },
      { from: cacheDir, to: '/guest/cache' },
    ],
    program: denoPath,
    args: (pathOf) => {
      const readable = [pyodideDir, snapshotOf(homeDir), programDir, sharedDir].map(pathOf)
      const program = [pathOf(join(programDir, 'watchdog.js')), `${pathOf(pyodideDir)}/`, pathOf(snapshotOf(homeDir))]
      const imports = `--import-map=${pathOf(join(sharedDir, 'import-map.json'))}`
      return [...flags, `--allow-read=${readable.join(',')}`, imports, ...program]
    },
    env: (pathOf) => ({ ...quietDeno, DENO_DIR: pathOf(cacheDir) }),
    homeDir,
    emptyDir: join(homeDir, 'empty'),
    fileBytes: LARGEST_FILE_BYTES,
    temporaryBytes: LARGEST_FILE_BYTES,
    languageLevel: 'L1',
    syscalls: 'deno',
    memoryBytes,
    tasks: MOST_THREADS,
  }
}
