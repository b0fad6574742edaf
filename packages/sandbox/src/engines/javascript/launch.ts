import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How to start one guest process. */
export interface LaunchLine {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd: string
}

export interface LaunchOptions {
  denoPath: string
  /** A private folder of this engine, holding `deno` (its cache) and `empty` (where guests stand). */
  homeDir: string
  /** Heap of V8, so that it collects garbage before the watchdog has to act. */
  heapMegabytes: number
}

const guestDir = fileURLToPath(new URL('./guest/', import.meta.url))

/* Open files, no core dumps, and no file beyond 8 MiB (in blocks of 512 or 1024 bytes). `exec` keeps the process id. */
const limitScript = 'ulimit -c 0; ulimit -n 256; ulimit -f 8192; exec "$@"'

function denoArgs(guest: string, heapMegabytes: number): string[] {
  return [
    'run',
    '--quiet',
    '--no-prompt',
    '--no-config',
    '--no-lock',
    '--no-remote',
    '--no-npm',
    '--cached-only',
    '--unstable-worker-options',
    `--import-map=${join(guest, 'import-map.json')}`,
    `--v8-flags=--max-old-space-size=${heapMegabytes}`,
    join(guest, 'supervisor.js'),
  ]
}

function denoEnv(homeDir: string) {
  return {
    NODE_ENV: 'production' as const,
    DENO_DIR: join(homeDir, 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
    DENO_NO_PROMPT: '1',
    HOME: join(homeDir, 'empty'),
    NO_COLOR: '1',
  }
}

function limited(command: string, args: string[]): { command: string; args: string[] } {
  if (process.platform === 'win32') return { command, args }
  return { command: '/bin/sh', args: ['-c', limitScript, 'sh', command, ...args] }
}

/** Deno alone: what walls a skill off is the language and Deno's permissions (L1). */
export function plainLaunch({ denoPath, homeDir, heapMegabytes }: LaunchOptions): LaunchLine {
  return {
    ...limited(denoPath, denoArgs(guestDir, heapMegabytes)),
    env: denoEnv(homeDir),
    cwd: join(homeDir, 'empty'),
  }
}

/** The path of bubblewrap, where this system has it. */
export function findBubblewrap(): string | null {
  if (process.platform !== 'linux') return null
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin'].filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, 'bwrap')).find((path) => existsSync(path)) ?? null
}

/**
 * Deno within bubblewrap (L2): namespaces of its own without a network, no capabilities, nobody's user id, and a file system that holds the
 * libraries, the binary and the guest's code, all read-only.
 */
export function bubblewrapLaunch(bubblewrapPath: string, options: LaunchOptions): LaunchLine {
  const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/etc/ld.so.cache'].flatMap((path) => [
    '--ro-bind-try',
    path,
    path,
  ])
  const env = denoEnv('/home')
  const args = [
    ['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL', '--hostname', 'sandbox'],
    ['--uid', '65534', '--gid', '65534', ...libraries, '--proc', '/proc', '--dev', '/dev'],
    ['--ro-bind', options.denoPath, '/guest/deno-binary', '--ro-bind', guestDir, '/guest/code'],
    ['--tmpfs', '/home', '--dir', '/home/empty', '--ro-bind', join(options.homeDir, 'deno'), '/home/deno'],
    ['--chdir', '/home/empty', '--remount-ro', '/'],
    Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    ['--', '/guest/deno-binary', ...denoArgs('/guest/code', options.heapMegabytes)],
  ].flat()
  return { ...limited(bubblewrapPath, args), env: { NODE_ENV: 'production' }, cwd: join(options.homeDir, 'empty') }
}
