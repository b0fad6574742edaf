import { dirname, join } from 'node:path'
import { type AgentFolder, agentFolders } from '@guildhall/skill-sources/agent-folders'

export { type AgentFolder, agentFolders }

/** Where somebody is at home: what `~` and the override variables stand for. */
export interface Surroundings {
  cwd: string
  home: string
  env: Readonly<Record<string, string | undefined>>
}

/** Variables that move a folder of the home directory elsewhere. */
const homeOverrides: readonly { variable: string; folder: string }[] = [
  { variable: 'CODEX_HOME', folder: '~/.codex' },
  { variable: 'CLAUDE_CONFIG_DIR', folder: '~/.claude' },
  { variable: 'VIBE_HOME', folder: '~/.vibe' },
  { variable: 'HERMES_HOME', folder: '~/.hermes' },
  { variable: 'AUTOHAND_HOME', folder: '~/.autohand' },
  { variable: 'GROK_HOME', folder: '~/.grok' },
  { variable: 'SARVAM_HOME', folder: '~/.sarvam' },
  { variable: 'XDG_CONFIG_HOME', folder: '~/.config' },
]

/** A folder of an agent on this machine. */
export interface PlacedFolder {
  /** What links are refused below. */
  root: string
  path: string
}

function place(folder: string, { home, env }: Surroundings): PlacedFolder {
  for (const override of homeOverrides) {
    const root = env[override.variable]
    if (root && (folder === override.folder || folder.startsWith(`${override.folder}/`)))
      return { root, path: join(root, folder.slice(override.folder.length)) }
  }
  return { root: home, path: join(home, folder.slice(2)) }
}

/** Where the agent reads the skills of the project, and what the path is measured from. */
export function projectFolder(agent: AgentFolder, { cwd }: Surroundings): PlacedFolder {
  return { root: cwd, path: join(cwd, ...agent.project.split('/')) }
}

/** Where the agent reads the skills of the user; null where it reads none. */
export function globalFolder(agent: AgentFolder, surroundings: Surroundings): PlacedFolder | null {
  return agent.global === null ? null : place(agent.global, surroundings)
}

/** Homes that say nothing of one agent, because many share them. */
const sharedHomes = new Set(['~/.agents', '~/.config/agents'])

/** Agents whose own home is not the one they read skills from. */
const ownHomes: Readonly<Record<string, string>> = { codex: '~/.codex', 'sarvam-code': '~/.sarvam' }

/** The folder whose presence shows that the agent is used on this machine; null where none is its own. */
export function agentHome(agent: AgentFolder, surroundings: Surroundings): string | null {
  const folder = ownHomes[agent.id] ?? (agent.global === null ? null : dirname(agent.global))
  return folder === null || sharedHomes.has(folder) ? null : place(folder, surroundings).path
}
