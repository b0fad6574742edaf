import type { AgentFolder, InstallScope, InstallTarget, Surroundings } from '@guildhall/sdk/install'
import { usageFailure } from './failures.ts'
import type { Session } from './session.ts'

export interface PlaceOptions {
  agent: string[]
  global: boolean
}

function surroundingsOf({ host }: Session): Surroundings {
  return { cwd: host.cwd, home: host.home, env: host.env }
}

/** The lock file that counts: the project's, or the user's with --global. */
export async function scopeOf(session: Session, isGlobal: boolean): Promise<InstallScope> {
  const { globalScope, projectScope } = await import('@guildhall/sdk/install')
  return isGlobal ? globalScope(session.configDir, session.host.home) : projectScope(session.host.cwd)
}

/** Read by nearly every agent, so used where none can be seen. */
const USUAL_AGENTS = ['universal', 'claude-code']

async function chosenAgents(session: Session, ids: readonly string[]): Promise<AgentFolder[]> {
  const { agentFolders, detectAgents } = await import('@guildhall/sdk/install')
  const byId = (id: string): AgentFolder => {
    const agent = agentFolders.find((one) => one.id === id)
    if (agent) return agent
    const near = agentFolders.filter((one) => one.id.includes(id)).map((one) => one.id)
    const known = near.length > 0 ? near : agentFolders.map((one) => one.id)
    throw usageFailure(`No agent is called "${id}"`, `Known agents: ${known.join(', ')}.`)
  }
  if (ids.length > 0) return ids.map(byId)
  const found = await detectAgents(surroundingsOf(session))
  return found.length > 0 ? found.map(({ agent }) => agent) : USUAL_AGENTS.map(byId)
}

/** The folders to write to: of the agents named, else of those found, else the two usual ones. */
export async function targetsOf(session: Session, options: PlaceOptions): Promise<InstallTarget[]> {
  const { installTargets } = await import('@guildhall/sdk/install')
  const agents = await chosenAgents(session, options.agent)
  const targets = installTargets(agents, options.global ? 'global' : 'project', surroundingsOf(session))
  if (targets.length === 0)
    throw usageFailure('These agents read no skills of the user', 'Leave --global out, or name other agents.')
  return targets
}
