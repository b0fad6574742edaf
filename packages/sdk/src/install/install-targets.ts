import { CANONICAL_AGENT, type LockedInstall } from '@guildhall/skill-format/install'
import {
  type AgentFolder,
  agentFolders,
  globalFolder,
  type PlacedFolder,
  projectFolder,
  type Surroundings,
} from './agent-folders.ts'

export type InstallMode = LockedInstall['mode']

/** One folder that skills are put into, and the agents that read it. */
export interface InstallTarget {
  /** Links are refused everywhere below it. */
  root: string
  directory: string
  agentIds: string[]
  /** `symlink`: the skill stands in the folder of the agent `universal`, and a link to it here. */
  mode: InstallMode
}

interface TargetOptions {
  scope: 'project' | 'global'
  mode: InstallMode
  surroundings: Surroundings
}

const placeOf = (agent: AgentFolder, { scope, surroundings }: TargetOptions): PlacedFolder | null =>
  scope === 'project' ? projectFolder(agent, surroundings) : globalFolder(agent, surroundings)

function addTo(targets: Map<string, InstallTarget>, agent: AgentFolder, options: TargetOptions): void {
  const placed = placeOf(agent, options)
  if (placed === null) return
  const { mode } = options
  const target = targets.get(placed.path) ?? { root: placed.root, directory: placed.path, agentIds: [], mode }
  target.agentIds.push(agent.id)
  targets.set(placed.path, target)
}

/**
 * The distinct folders of these agents: several that share one get one copy. Where they are to be links, and there is more than one,
 * the folder of the agent `universal` holds the copy.
 */
export function installTargets(agents: readonly AgentFolder[], options: TargetOptions): InstallTarget[] {
  const targets = new Map<string, InstallTarget>()
  for (const agent of agents) addTo(targets, agent, options)
  const canonical = agentFolders.find(({ id }) => id === CANONICAL_AGENT)
  if (options.mode === 'copy' || canonical === undefined || targets.size < 2) {
    return [...targets.values()].map((target) => ({ ...target, mode: 'copy' }))
  }
  if (!agents.some(({ id }) => id === CANONICAL_AGENT)) addTo(targets, canonical, options)
  const copied = placeOf(canonical, options)?.path
  const all = [...targets.values()].map((target) =>
    target.directory === copied ? { ...target, mode: 'copy' as const } : target,
  )
  // The copy comes first, so that no link leads nowhere in between.
  return all.sort((a, b) => Number(a.mode === 'symlink') - Number(b.mode === 'symlink'))
}
