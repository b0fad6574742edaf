import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import type { GuestImage } from '../isolation/launch.ts'

/** What a process may take. */
export const workshopLimits = {
  /** Of everything it consists of. The empty process takes about 60 MiB. */
  memoryBytes: 512 * 1024 * 1024,
  heapMiB: 256,
  /** Of one message, in both directions. */
  messageBytes: 80 * 1024 * 1024,
}

const MAIN = join(import.meta.dirname, 'process/main.ts')
/** What V8 takes on a machine with much memory. Where it sees that of a control group, it would take less and collect twice as often. */
const YOUNG_HEAP_MIB = 16
/** It writes nothing but its answers, which are no file. */
const LARGEST_FILE_BYTES = 1024 * 1024
/** Node and bubblewrap have about 15, the decoder of images some more. */
const MOST_THREADS = 64

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep)

interface Code {
  /** Holds all folders. */
  root: string
  folders: string[]
}

/** The folders that hold the code of the process: those packages of ours that its jobs are made of, and the packages that they need. */
function findCode(): Code {
  const needed = createRequire(import.meta.url).resolve('sharp')
  const marker = `${sep}node_modules`
  const libraries = needed.slice(0, needed.lastIndexOf(marker) + marker.length)
  const neighbours = join(import.meta.dirname, '../../..')
  const own = ['sandbox', 'contracts', 'skill-format'].map((name) => join(neighbours, name))
  let root = dirname(libraries)
  while (!isWithin(neighbours, root)) root = dirname(root)
  return { root, folders: [...own.filter((folder) => !isWithin(folder, libraries)), libraries] }
}

/**
 * How Node is started for work on what strangers made. Its permissions are no wall against native code, but they take from the
 * JavaScript of libraries all files but the code itself, all writing, other processes and threads. They do not know the network.
 */
export function workshopFlags(readable: readonly string[] = findCode().folders): string[] {
  return [
    '--permission',
    '--allow-addons',
    ...readable.map((folder) => `--allow-fs-read=${folder}`),
    `--max-old-space-size=${workshopLimits.heapMiB}`,
    `--max-semi-space-size=${YOUNG_HEAP_MIB}`,
    '--disable-warning=SecurityWarning',
    '--disable-warning=ExperimentalWarning',
  ]
}

/** Node.js with the jobs. `homeDir` is a private folder that holds an empty one named `empty`. */
export function workshopImage(homeDir: string): GuestImage {
  const { root, folders } = findCode()
  return {
    readOnly: [
      { from: process.execPath, to: '/guest/node' },
      // As they lie to one another, because they are linked and looked up that way.
      ...folders.map((from) => ({ from, to: join('/guest/code', relative(root, from)) })),
    ],
    program: process.execPath,
    args: (pathOf) => [...workshopFlags(folders.map(pathOf)), pathOf(MAIN)],
    env: () => ({ NODE_ENV: 'production' }),
    homeDir,
    emptyDir: join(homeDir, 'empty'),
    fileBytes: LARGEST_FILE_BYTES,
    temporaryBytes: LARGEST_FILE_BYTES,
    languageLevel: 'L1',
    // Like Deno it is one process with threads, which starts no second one.
    syscalls: 'deno',
    memoryBytes: workshopLimits.memoryBytes,
    tasks: MOST_THREADS,
  }
}
