import type { AgentFolder, InstallMode, InstallScope, InstallTarget, Surroundings } from '@guildhall/sdk/install'
import type { Command } from 'commander'
import * as z from 'zod'
import { usageFailure } from './failures.ts'
import type { Session } from './session.ts'

/** The options that say where to install, as zod reads them. */
export const placeOptions = {
  agent: z.array(z.string()).default([]),
  global: z.boolean().default(false),
  copy: z.boolean().default(false),
  symlink: z.boolean().default(false),
}

export interface PlaceOptions {
  agent: string[]
  global: boolean
  copy: boolean
  symlink: boolean
}

/** The options that say whose folders are meant. */
export function withPlaceOptions(command: Command): Command {
  return command
    .option(
      '-a, --agent <id...>',
      "install for these agents, '*' for all (default: those found here, else .agents and .claude)",
    )
    .option('-g, --global', 'install for you, not for this project')
}

/** What `list` and the like say of a place without skills. */
export const NOTHING_INSTALLED = 'No skills are installed here. Add one with `guildhall add @publisher/name`.'

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
  if (ids.includes('*')) return [...agentFolders]
  if (ids.length > 0) return ids.map(byId)
  const found = await detectAgents(surroundingsOf(session))
  return found.length > 0 ? found.map(({ agent }) => agent) : USUAL_AGENTS.map(byId)
}

function modeOf({ copy, symlink }: PlaceOptions): InstallMode {
  if (copy && symlink) throw usageFailure('--copy and --symlink exclude each other', 'Give one of them.')
  return copy ? 'copy' : 'symlink'
}

/**
 * The folders to write to: of the agents named, else of those found, else the two usual ones. One copy and links to it, as users of
 * other installers expect, unless copies are asked for.
 */
export async function targetsOf(session: Session, options: PlaceOptions): Promise<InstallTarget[]> {
  const { installTargets } = await import('@guildhall/sdk/install')
  const mode = modeOf(options)
  const agents = await chosenAgents(session, options.agent)
  const scope = options.global ? 'global' : 'project'
  const targets = installTargets(agents, { scope, mode, surroundings: surroundingsOf(session) })
  if (targets.length === 0)
    throw usageFailure('These agents read no skills of the user', 'Leave --global out, or name other agents.')
  return targets
}
