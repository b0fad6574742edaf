import { execFile } from 'node:child_process'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { GuestImage, Mount } from '../../isolation/launch.ts'
import type { Interpreter } from './find-python.ts'

export interface CpythonOptions {
  interpreter: Interpreter
  /** A private folder of this engine, holding `empty`; the compiled guest is put there. */
  homeDir: string
  memoryBytes: number
}

const guestDir = fileURLToPath(new URL('./guest', import.meta.url))
const LARGEST_FILE_BYTES = 8 * 1024 * 1024
const MOST_TASKS = 64
/** Python finds its library by where its own program lies. */
const PREFIX = '/guest/python'

const COMPILE = `
import os, py_compile, sys
source, target = sys.argv[1:]
for name in sorted(os.listdir(source)):
    if name.endswith(".py"):
        py_compile.compile(os.path.join(source, name), os.path.join(target, name + "c"), dfile="guest:/" + name, doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
`

/** Compiles the guest program once, since guests may write nothing. Rejects where the interpreter does not take it. */
export async function compileGuest({ executable }: Interpreter, targetDir: string): Promise<void> {
  await promisify(execFile)(executable, ['-I', '-S', '-B', '-c', COMPILE, guestDir, targetDir], {
    env: { NODE_ENV: 'production' },
  })
}

function mountsOf({ executable, prefix, libraries, sharedLibrary }: Interpreter): Mount[] {
  const shared = sharedLibrary === null ? [] : [{ from: sharedLibrary, to: `${PREFIX}/lib/${basename(sharedLibrary)}` }]
  return [
    { from: executable, to: `${PREFIX}/bin/${basename(executable)}` },
    ...libraries.map((path) => ({ from: path, to: `${PREFIX}/${relative(prefix, path)}` })),
    ...shared,
  ]
}

/** CPython in isolated mode with our guest program. The language walls off nothing: never start it without walls. */
export function cpythonImage({ interpreter, homeDir, memoryBytes }: CpythonOptions): GuestImage {
  const codeDir = join(homeDir, 'guest')
  return {
    readOnly: [...mountsOf(interpreter), { from: codeDir, to: '/guest/code' }],
    program: interpreter.executable,
    // Isolated, no site packages, writes no bytecode.
    args: (pathOf) => ['-I', '-S', '-B', '-X', 'utf8', pathOf(codeDir)],
    env: () => ({
      LANG: 'C.UTF-8',
      ...(interpreter.sharedLibrary === null ? {} : { LD_LIBRARY_PATH: `${PREFIX}/lib` }),
    }),
    homeDir,
    emptyDir: join(homeDir, 'empty'),
    fileBytes: LARGEST_FILE_BYTES,
    languageLevel: 'L0',
    syscalls: 'cpython',
    memoryBytes,
    tasks: MOST_TASKS,
  }
}
