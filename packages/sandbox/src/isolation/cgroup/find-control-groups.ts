import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { hostMark, isOrphaned } from '../host-mark.ts'
import {
  type ControlGroup,
  type ControlGroups,
  type GroupLimits,
  killListed,
  readGroupFile,
  removeGroups,
} from './control-group.ts'
import { openGroupV1, type PlacesV1 } from './group-v1.ts'
import { openGroupV2 } from './group-v2.ts'
import { handDownControllers } from './hand-down-controllers.ts'
import { hierarchiesOf, type Hierarchy } from './hierarchies.ts'

const PROBE_LIMITS: GroupLimits = { memoryBytes: 64 * 1024 * 1024, tasks: 8 }

/** Why there are no groups to be had here. */
export class NoControlGroupsError extends Error {
  override readonly name = 'NoControlGroupsError'
}

interface Found {
  /** Folders below which groups are made. */
  parents: string[]
  controllers: string[]
  open(name: string, limits: GroupLimits): ControlGroup
}

function findV1(hierarchies: readonly Hierarchy[]): Found | null {
  const dirOf = (name: string) => hierarchies.find(({ controllers }) => controllers.includes(name))?.dir
  const [memory, pids, cpu, cpuacct] = ['memory', 'pids', 'cpu', 'cpuacct'].map(dirOf)
  if (memory === undefined || pids === undefined) return null
  const places: PlacesV1 = { memory, pids, ...(cpu && { cpu }), ...(cpuacct && { cpuacct }) }
  return {
    parents: [...new Set(Object.values<string>({ ...places }))],
    controllers: ['memory', 'pids', ...(cpu ? ['cpu'] : [])],
    open: (name, limits) => openGroupV1(places, name, limits),
  }
}

function findV2(hierarchies: readonly Hierarchy[]): Found | null {
  const own = hierarchies.find(({ version }) => version === 2)
  if (own === undefined) return null
  const { parent, controllers } = handDownControllers(own.dir)
  return { parents: [parent], controllers, open: (name, limits) => openGroupV2(parent, name, limits) }
}

/** Ends and removes the groups of hosts that were killed. */
async function sweep(parents: readonly string[]) {
  const orphans = parents.flatMap((parent) =>
    readdirSync(parent)
      .filter(isOrphaned)
      .map((name) => join(parent, name)),
  )
  const kill = () => orphans.forEach(killListed)
  kill()
  await removeGroups(orphans, kill)
}

/**
 * Finds where this process may make groups that limit memory and processes: of version 1 where the system has these
 * controllers there and their folders may be written, else of version 2 where a group with these controllers is ours (as systemd gives
 * with `Delegate=yes`). Tries it by making one, and sweeps what hosts left that were killed. Rejects with NoControlGroupsError.
 */
export async function findControlGroups(): Promise<ControlGroups> {
  const hierarchies = hierarchiesOf(readGroupFile('/proc/self/mountinfo'), readGroupFile('/proc/self/cgroup'))
  if (hierarchies.length === 0) throw new NoControlGroupsError('this system has none')
  try {
    const found = findV1(hierarchies) ?? findV2(hierarchies)
    if (found === null) throw new NoControlGroupsError('none of them limits memory and processes')
    await sweep(found.parents)
    // Several engines of one process look at the same time, and one may open groups while another's still go.
    const freshName = () => `${hostMark()}${randomUUID()}`
    await found.open(freshName(), PROBE_LIMITS).remove()
    return {
      message: `cgroup (${found.controllers.join(', ')})`,
      open: (limits) => found.open(freshName(), limits),
    }
  } catch (error) {
    if (error instanceof NoControlGroupsError) throw error
    throw new NoControlGroupsError(error instanceof Error ? error.message : 'unknown reason')
  }
}
