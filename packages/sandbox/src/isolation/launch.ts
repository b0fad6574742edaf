import type { SyscallProfile } from './seccomp/syscall-profiles.ts'

/** How to start one guest process. */
export interface LaunchLine {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd: string
  /** Open files that the process would inherit and must not (see `inheritedFds`). */
  coveredFds?: readonly number[]
}

/** Where something of the host lies for the guest. */
export interface Mount {
  /** Path on the host. */
  from: string
  /** Path within walls that have a file system of their own. */
  to: string
}

/** Where the guest finds a file of the host: elsewhere within walls that have a file system of their own, else where it is. */
export type PathOf = (hostPath: string) => string

/** A program of ours that runs other people's code, and all it needs to see of the host. */
export interface GuestImage {
  /** Seen read-only. */
  readOnly: readonly Mount[]
  /** Seen and written to; only shells have such. */
  writable?: readonly Mount[]
  /** Whether there is a /tmp, in memory. */
  hasTmp?: boolean
  /** Where it stands within walls that have a file system of their own. Default: its home, an empty folder in memory. */
  standsIn?: string
  /** Path of the program on the host; one of `readOnly`, or below one. */
  program: string
  args(pathOf: PathOf): string[]
  env(pathOf: PathOf): Record<string, string>
  /** A private folder of the engine on the host, for files of the walls. `makeSandboxDir` makes one. */
  homeDir: string
  /** An empty folder on the host, where the guest stands when nothing walls off the file system. */
  emptyDir: string
  /** Bytes of one file that it may write. */
  fileBytes: number
  /** Bytes of each folder in memory that it may write to. Default 16 MiB. */
  temporaryBytes?: number
  /** What holds without walls: `L1` if the program itself lets code do nothing to the host, else `L0`. */
  languageLevel: 'L0' | 'L1'
  /** The system calls it is left with. */
  syscalls: SyscallProfile
  /** The most memory of a guest, with everything below it, until a run says less. */
  memoryBytes: number
  /** The most processes and threads of a guest. */
  tasks: number
  /** Processors at full speed. Default: as many as are idle. */
  cpus?: number
}

/** A word of a shell that means exactly this text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * The same command, started by a shell that first does `before` (each must succeed), within limits that every child inherits: open
 * files, no core dumps, and no large file (POSIX has `sh` count in blocks of 512 bytes). `exec` keeps the process id.
 */
export function startedByShell(line: LaunchLine, fileBytes: number, before: readonly string[] = []): LaunchLine {
  if (process.platform === 'win32') return line
  const limits = ['ulimit -c 0', 'ulimit -n 256', `ulimit -f ${Math.floor(fileBytes / 512)}`]
  const script = [...before, ...limits, 'exec "$@"'].join(' && ')
  return { ...line, command: '/bin/sh', args: ['-c', script, 'sh', line.command, ...line.args] }
}

/** The program alone: what walls a skill off is the language it runs in, if anything. */
export function plainLaunch(image: GuestImage): LaunchLine {
  const here: PathOf = (hostPath) => hostPath
  return {
    command: image.program,
    args: image.args(here),
    env: { NODE_ENV: 'production', ...image.env(here) },
    cwd: image.emptyDir,
  }
}
