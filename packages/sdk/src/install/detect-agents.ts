import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type AgentFolder, agentFolders, agentHome, type Surroundings } from './agent-folders.ts'

export interface DetectedAgent {
  agent: AgentFolder
  /** The folder that shows it. */
  because: string
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** The folders that show the agent, the project's first. A plain name such as `skills` may be anything and shows nothing. */
function evidence(agent: AgentFolder, surroundings: Surroundings): string[] {
  const [first = ''] = agent.project.split('/')
  const isOwn = first.startsWith('.') && (first !== '.agents' || agent.id === 'universal')
  const home = agentHome(agent, surroundings)
  return [...(isOwn ? [join(surroundings.cwd, first)] : []), ...(home === null ? [] : [home])]
}

async function detect(agent: AgentFolder, surroundings: Surroundings): Promise<DetectedAgent | null> {
  for (const because of evidence(agent, surroundings)) if (await isFolder(because)) return { agent, because }
  return null
}

/** The agents that are used in this project or on this machine, by the folders they keep. */
export async function detectAgents(surroundings: Surroundings): Promise<DetectedAgent[]> {
  const found = await Promise.all(agentFolders.map((agent) => detect(agent, surroundings)))
  return found.filter((one) => one !== null)
}
