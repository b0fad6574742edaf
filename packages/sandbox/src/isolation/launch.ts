/** How to start one guest process. */
export interface LaunchLine {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd: string
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
  /** Path of the program on the host; one of `readOnly`, or below one. */
  program: string
  args(pathOf: PathOf): string[]
  env(pathOf: PathOf): Record<string, string>
  /** An empty folder on the host, where the guest stands when nothing walls off the file system. */
  emptyDir: string
  /** Bytes of one file that it may write. */
  fileBytes: number
}

/* Open files, no core dumps, and no large file (blocks of 512 or 1024 bytes). `exec` keeps the process id. */
const limitScript = (fileBytes: number): string =>
  `ulimit -c 0; ulimit -n 256; ulimit -f ${Math.floor(fileBytes / 1024)}; exec "$@"`

/** The same command within limits that every child inherits. */
export function limited(fileBytes: number, command: string, args: string[]): { command: string; args: string[] } {
  if (process.platform === 'win32') return { command, args }
  return { command: '/bin/sh', args: ['-c', limitScript(fileBytes), 'sh', command, ...args] }
}

/** The program alone: what walls a skill off is the language it runs in (L1). */
export function plainLaunch(image: GuestImage): LaunchLine {
  const here: PathOf = (hostPath) => hostPath
  return {
    ...limited(image.fileBytes, image.program, image.args(here)),
    env: { NODE_ENV: 'production', ...image.env(here) },
    cwd: image.emptyDir,
  }
}
