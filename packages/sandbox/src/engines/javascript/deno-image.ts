import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GuestImage } from '../../isolation/launch.ts'

export interface DenoOptions {
  denoPath: string
  /** A private folder of this engine, holding `deno` (its cache), `empty` (where guests stand) and what `copyGuest` put there. */
  homeDir: string
  /** Heap of V8, so that it collects garbage before the watchdog has to act. */
  heapMegabytes: number
  /** The most that a run may be allowed. */
  memoryBytes: number
}

/**
 * Where the system limits the memory of a guest and ends it with its host, the skill's isolate is the only one of its process (`main.js`);
 * elsewhere a second one watches over it (`watchdog.js`), which about doubles the price of a start.
 */
export type DenoGuest = 'main' | 'watchdog'

const guestDir = fileURLToPath(new URL('./guest', import.meta.url))
const codeDirOf = (homeDir: string): string => join(homeDir, 'guest', 'code')
const LARGEST_FILE_BYTES = 8 * 1024 * 1024
/** Deno and bubblewrap have about 20 on a small machine; V8 starts more where there are more processors, up to a bound. */
const MOST_THREADS = 96

/** Where no wall hides the path of its code, a skill reads that in stacks: so guests run a copy, and learn nothing of where this server is installed. */
export async function copyGuest(homeDir: string): Promise<void> {
  await cp(guestDir, codeDirOf(homeDir), { recursive: true })
}

/** Deno with our guest, without a single permission; the watchdog may read the guest's own code, its worker nothing. */
export function denoImage(options: DenoOptions, guest: DenoGuest): GuestImage {
  const { denoPath, homeDir, heapMegabytes, memoryBytes } = options
  const cacheDir = join(homeDir, 'deno')
  const codeDir = codeDirOf(homeDir)
  return {
    readOnly: [
      { from: denoPath, to: '/guest/deno' },
      { from: codeDir, to: '/guest/code' },
      { from: cacheDir, to: '/guest/cache' },
    ],
    program: denoPath,
    args: (pathOf) => [
      'run',
      '--quiet',
      '--no-prompt',
      '--no-config',
      '--no-lock',
      '--no-remote',
      '--no-npm',
      '--cached-only',
      // The cache lies where no guest may write, so looking for compiled code in it is in vain.
      '--no-code-cache',
      `--import-map=${pathOf(join(codeDir, 'import-map.json'))}`,
      `--v8-flags=--max-old-space-size=${heapMegabytes}`,
      ...(guest === 'watchdog' ? ['--unstable-worker-options', `--allow-read=${pathOf(codeDir)}`] : []),
      pathOf(join(codeDir, `${guest}.js`)),
    ],
    env: (pathOf) => ({
      DENO_DIR: pathOf(cacheDir),
      DENO_NO_UPDATE_CHECK: '1',
      DENO_NO_PROMPT: '1',
      NO_COLOR: '1',
    }),
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
