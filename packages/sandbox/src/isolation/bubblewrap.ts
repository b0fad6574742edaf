import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { GuestImage, LaunchLine, PathOf } from './launch.ts'

/** The path of bubblewrap, where this system has it. */
export function findBubblewrap(): string | null {
  if (process.platform !== 'linux') return null
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin'].filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, 'bwrap')).find((path) => existsSync(path)) ?? null
}

/** A bubblewrap, and what the one at hand can do. */
export interface Bubblewrap {
  path: string
  /** Goes before it, so that the guest is nobody for the kernel, too. Empty: the guest is whoever runs the server. */
  prefix: string[]
  /** Since version 0.7 it limits the size of folders in memory. */
  canLimitSize: boolean
}

/** Throws what starting it throws. */
export function askBubblewrap(path: string): Bubblewrap {
  const help = execFileSync(path, ['--help'], {
    encoding: 'latin1',
    timeout: 5_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return { path, prefix: [], canLimitSize: help.includes('--size') }
}

/** Where the guest stands if its image says nothing else, and all it can write to. */
const HOME = '/home/guest'
const TEMPORARY_BYTES = 16 * 1024 * 1024
/** Devices that have no memory and no owner, which every program expects. */
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'pts'].map((name) => `/dev/${name}`)
/** Nothing of the kernel is set from inside, by files of /proc; and /dev stays as it is. */
const sealed = ['/proc', '/dev', '/']
/** By this number the shell that starts bubblewrap opens the filter. */
const FILTER_FD = 9

function pathWithin({ readOnly }: GuestImage): PathOf {
  return (hostPath) => {
    const mount = readOnly.find(({ from }) => hostPath === from || hostPath.startsWith(`${from}/`))
    if (!mount) throw new Error(`${hostPath} is not among what the guest may see`)
    return mount.to + hostPath.slice(mount.from.length)
  }
}

/** What the shell has to do so that bubblewrap finds the filter. */
export const openFilterScript = (quotedPath: string): string => `exec ${FILTER_FD}<${quotedPath}`

/**
 * The program within bubblewrap (L2): namespaces of its own without a network, no capabilities, nobody's user id, and a file system that
 * holds the system's libraries and what the image names, all read-only, and a folder in memory to stand in. With `isFiltered` the
 * shell that starts it must have done `openFilterScript`.
 */
export function bubblewrapLaunch(bubblewrap: Bubblewrap, image: GuestImage, isFiltered: boolean): LaunchLine {
  const pathOf = pathWithin(image)
  const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/etc/ld.so.cache'].flatMap((path) => [
    '--ro-bind-try',
    path,
    path,
  ])
  const inMemory = [
    ...(bubblewrap.canLimitSize ? ['--size', String(image.temporaryBytes ?? TEMPORARY_BYTES)] : []),
    '--tmpfs',
  ]
  const env = { HOME, ...image.env(pathOf) }
  const args = [
    ['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL', '--hostname', 'sandbox'],
    ['--uid', '65534', '--gid', '65534', ...libraries, '--proc', '/proc', '--dev', '/dev'],
    [HOME, ...(image.hasTmp ? ['/tmp'] : [])].flatMap((path) => [...inMemory, path]),
    image.readOnly.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    (image.writable ?? []).flatMap(({ from, to }) => ['--bind', from, to]),
    ['--chdir', image.standsIn ?? HOME],
    sealed.flatMap((path) => ['--remount-ro', path]),
    isFiltered ? ['--seccomp', String(FILTER_FD)] : [],
    Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    ['--', pathOf(image.program), ...image.args(pathOf)],
  ].flat()
  const [command = bubblewrap.path, ...words] = [...bubblewrap.prefix, bubblewrap.path, ...args]
  return { command, args: words, env: { NODE_ENV: 'production' }, cwd: image.emptyDir }
}

/** Where a guest of this image may write, as the kernel lists it. */
export function writablePlacesOf(image: GuestImage): string[] {
  return [HOME, ...devices, ...(image.hasTmp ? ['/tmp'] : []), ...(image.writable ?? []).map(({ to }) => to)]
}
