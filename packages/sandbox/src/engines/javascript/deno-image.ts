import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GuestImage } from '../../isolation/launch.ts'

export interface DenoOptions {
  denoPath: string
  /** A private folder of this engine, holding `deno` (its cache) and `empty` (where guests stand). */
  homeDir: string
  /** Heap of V8, so that it collects garbage before the watchdog has to act. */
  heapMegabytes: number
  /** The most that a run may be allowed. */
  memoryBytes: number
}

const guestDir = fileURLToPath(new URL('./guest', import.meta.url))
const LARGEST_FILE_BYTES = 8 * 1024 * 1024
/** Deno and bubblewrap have about 20 on a small machine; V8 starts more where there are more processors, up to a bound. */
const MOST_THREADS = 96

/** Deno with our supervisor, without a single permission. */
export function denoImage({ denoPath, homeDir, heapMegabytes, memoryBytes }: DenoOptions): GuestImage {
  const cacheDir = join(homeDir, 'deno')
  return {
    readOnly: [
      { from: denoPath, to: '/guest/deno' },
      { from: guestDir, to: '/guest/code' },
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
      '--unstable-worker-options',
      `--import-map=${pathOf(join(guestDir, 'import-map.json'))}`,
      `--v8-flags=--max-old-space-size=${heapMegabytes}`,
      pathOf(join(guestDir, 'supervisor.js')),
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
    languageLevel: 'L1',
    syscalls: 'deno',
    memoryBytes,
    tasks: MOST_THREADS,
  }
}
