import data from './agent-folders.json' with { type: 'json' }

/** An agent and the folders it reads skills from. */
export interface AgentFolder {
  id: string
  name: string
  /** Relative to the project, with `/`. */
  project: string
  /** Begins with `~/`; null where the agent reads none. */
  global: string | null
}

/** Every known agent. The list is data and drifts; see `about` in the file. */
export const agentFolders: readonly AgentFolder[] = data.agents
