import { type AgentFolder, globalFolder, projectFolder, type Surroundings } from './agent-folders.ts'

/** One folder that skills are put into, and the agents that read it. */
export interface InstallTarget {
  /** Links are refused everywhere below it. */
  root: string
  directory: string
  agentIds: string[]
}

/** The distinct folders of these agents: several that share one get one copy. */
export function installTargets(
  agents: readonly AgentFolder[],
  scope: 'project' | 'global',
  surroundings: Surroundings,
): InstallTarget[] {
  const targets = new Map<string, InstallTarget>()
  for (const agent of agents) {
    const placed = scope === 'project' ? projectFolder(agent, surroundings) : globalFolder(agent, surroundings)
    if (placed === null) continue
    const target = targets.get(placed.path) ?? { root: placed.root, directory: placed.path, agentIds: [] }
    target.agentIds.push(agent.id)
    targets.set(placed.path, target)
  }
  return [...targets.values()]
}
