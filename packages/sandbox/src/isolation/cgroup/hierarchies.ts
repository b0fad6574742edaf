import { join, relative } from 'node:path'

/** One tree of groups that this process is in. */
export interface Hierarchy {
  version: 1 | 2
  /** The folder of this process's own group. */
  dir: string
  /** Names of the controllers, `memory` for example; empty for version 2, whose folders name theirs. */
  controllers: string[]
}

interface Mounted {
  root: string
  point: string
  type: string
  options: string[]
}

/** Spaces and the like stand as octal numbers in the kernel's list. */
const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)))

function mountedIn(mountInfo: string): Mounted[] {
  return mountInfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , root, point] = before.split(' ')
    const [type = '', , options = ''] = after.split(' ')
    if (root === undefined || point === undefined || !/^cgroup2?$/.test(type)) return []
    return [{ root: plain(root), point: plain(point), type, options: options.split(',') }]
  })
}

/**
 * The hierarchies that are mounted where this process's own group can be seen, from the texts of /proc/self/mountinfo and
 * /proc/self/cgroup (see cgroups(7)).
 */
export function hierarchiesOf(mountInfo: string, groups: string): Hierarchy[] {
  const mounts = mountedIn(mountInfo)
  return groups.split('\n').flatMap((line): Hierarchy[] => {
    const [, id, names = '', path = ''] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? []
    if (id === undefined) return []
    const version = names === '' ? 2 : 1
    const controllers = names === '' ? [] : names.split(',')
    const mount = mounts.find(({ type, options }) =>
      version === 2 ? type === 'cgroup2' : type === 'cgroup' && controllers.every((name) => options.includes(name)),
    )
    if (!mount) return []
    const within = relative(mount.root, path)
    // A container sees a part of the tree; a group outside that part cannot be reached.
    if (within.startsWith('..')) return []
    return [{ version, dir: join(mount.point, within), controllers }]
  })
}
