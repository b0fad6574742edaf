import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GuestImage } from '../../isolation/launch.ts'

const guestDir = fileURLToPath(new URL('./guest', import.meta.url))
const sharedDir = fileURLToPath(new URL('../javascript/guest', import.meta.url))
const packages = ['quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync', '@jitl/quickjs-ffi-types']
const LARGEST_FILE_BYTES = 8 * 1024 * 1024
const MOST_THREADS = 64
/** The machine's own bound must come first, so V8 gets half of the 8 MiB that threads have; in KiB. */
const STACK_FLAG = '--stack-size=4000'

function packageDir(name: string): string {
  const entry = fileURLToPath(import.meta.resolve(name))
  const folder = join(...name.split('/')) + sep
  return entry.slice(0, entry.lastIndexOf(folder) + folder.length - 1)
}

/** Node.js with QuickJS in it. */
export function quickjsImage({ homeDir, memoryBytes }: Pick<GuestImage, 'homeDir' | 'memoryBytes'>): GuestImage {
  return {
    readOnly: [
      { from: process.execPath, to: '/guest/node' },
      { from: guestDir, to: '/guest/code' },
      { from: sharedDir, to: '/guest/shared' },
      ...packages.map((name) => ({ from: packageDir(name), to: `/guest/node_modules/${name}` })),
    ],
    program: process.execPath,
    args: (pathOf) => [
      STACK_FLAG,
      '--no-warnings',
      pathOf(join(guestDir, 'main.js')),
      pathOf(guestDir),
      pathOf(sharedDir),
    ],
    env: () => ({ NODE_ENV: 'production', NO_COLOR: '1' }),
    homeDir,
    emptyDir: join(homeDir, 'empty'),
    fileBytes: LARGEST_FILE_BYTES,
    languageLevel: 'L1',
    syscalls: 'deno',
    memoryBytes,
    tasks: MOST_THREADS,
  }
}
