import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { GuestImage, LaunchLine, PathOf } from './launch.ts'

/** The path of bubblewrap, where this system has it. */
export function findBubblewrap(): string | null {
  if (process.platform !== 'linux') return null
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin'].filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, 'bwrap')).find((path) => existsSync(path)) ?? null
}

/** Where the guest stands, and all it can write to. */
const HOME = '/home/guest'

function pathWithin({ readOnly }: GuestImage): PathOf {
  return (hostPath) => {
    const mount = readOnly.find(({ from }) => hostPath === from || hostPath.startsWith(`${from}/`))
    if (!mount) throw new Error(`${hostPath} is not among what the guest may see`)
    return mount.to + hostPath.slice(mount.from.length)
  }
}

/**
 * The program within bubblewrap (L2): namespaces of its own without a network, no capabilities, nobody's user id, and a file system that
 * holds the system's libraries and what the image names, all read-only, and a folder in memory to stand in. `more` are further options.
 */
export function bubblewrapLaunch(bubblewrapPath: string, image: GuestImage, more: readonly string[] = []): LaunchLine {
  const pathOf = pathWithin(image)
  const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/etc/ld.so.cache'].flatMap((path) => [
    '--ro-bind-try',
    path,
    path,
  ])
  const args = [
    ['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL', '--hostname', 'sandbox'],
    ['--uid', '65534', '--gid', '65534', ...libraries, '--proc', '/proc', '--dev', '/dev', '--tmpfs', HOME],
    image.readOnly.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ['--chdir', HOME, '--remount-ro', '/', ...more],
    Object.entries({ HOME, ...image.env(pathOf) }).flatMap(([name, value]) => ['--setenv', name, value]),
    ['--', pathOf(image.program), ...image.args(pathOf)],
  ].flat()
  return { command: bubblewrapPath, args, env: { NODE_ENV: 'production' }, cwd: image.emptyDir }
}
