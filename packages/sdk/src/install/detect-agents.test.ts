import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type AgentFolder,
  agentFolders,
  detectAgents,
  type InstallMode,
  installTargets,
  type Surroundings,
} from './index.ts'

let root = ''
const here = (env: Surroundings['env'] = {}): Surroundings => ({
  cwd: join(root, 'project'),
  home: join(root, 'home'),
  env,
})

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-agents-'))
  await mkdir(join(root, 'project'))
  await mkdir(join(root, 'home'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const found = async (env?: Surroundings['env']) => (await detectAgents(here(env))).map(({ agent }) => agent.id)

const placed = (
  agents: readonly AgentFolder[],
  scope: 'project' | 'global',
  env: Surroundings['env'] = {},
  mode: InstallMode = 'copy',
) => installTargets(agents, { scope, mode, surroundings: here(env) })

describe('the agents that are used', () => {
  it('are none in an empty project of an empty home', async () => {
    expect(await found()).toEqual([])
  })

  it('are seen by their own folder in the project or in the home, not by names that may be anything', async () => {
    for (const folder of [
      'project/.claude',
      'project/skills',
      'project/data/skills',
      'project/.agents',
      'home/.cursor',
    ])
      await mkdir(join(root, folder), { recursive: true })
    await mkdir(join(root, 'home/.agents/skills'), { recursive: true })
    expect((await found()).sort()).toEqual(['claude-code', 'cursor', 'universal'])
  })

  it('are looked for where the environment moves their homes', async () => {
    await mkdir(join(root, 'elsewhere/goose'), { recursive: true })
    const env = { XDG_CONFIG_HOME: join(root, 'elsewhere'), CLAUDE_CONFIG_DIR: join(root, 'elsewhere'), CODEX_HOME: '' }
    expect((await found(env)).sort()).toEqual(['claude-code', 'goose'])
    const claude = agentFolders.filter(({ id }) => id === 'claude-code')
    expect(placed(claude, 'global', env)).toEqual([
      {
        root: join(root, 'elsewhere'),
        directory: join(root, 'elsewhere/skills'),
        agentIds: ['claude-code'],
        mode: 'copy',
      },
    ])
  })
})

describe('the folders of agents', () => {
  it('have unique ids and stay below the project and the home', () => {
    expect(new Set(agentFolders.map(({ id }) => id)).size).toBe(agentFolders.length)
    for (const scope of ['project', 'global'] as const)
      for (const { root: base, directory } of placed(agentFolders, scope))
        expect(directory.startsWith(`${base}/`)).toBe(true)
  })

  it('are written to once each, and agents without a folder of the user are left out', () => {
    const targets = placed(agentFolders, 'project')
    expect(new Set(targets.map(({ directory }) => directory)).size).toBe(targets.length)
    expect(targets.flatMap(({ agentIds }) => agentIds)).toHaveLength(agentFolders.length)
    const eve = agentFolders.filter(({ id }) => id === 'eve')
    expect(placed(eve, 'global')).toEqual([])
  })

  it('hold links to one copy where links are wished, and the copy itself where there is only one of them', () => {
    const chosen = agentFolders.filter(({ id }) => ['claude-code', 'cursor', 'windsurf'].includes(id))
    const modes = Object.fromEntries(
      placed(chosen, 'project', {}, 'symlink').map((one) => [one.directory.slice(root.length), one.mode]),
    )
    expect(modes).toEqual({
      '/project/.agents/skills': 'copy',
      '/project/.claude/skills': 'symlink',
      '/project/.windsurf/skills': 'symlink',
    })
    const alone = placed(chosen.slice(0, 1), 'project', {}, 'symlink')
    expect(alone).toMatchObject([{ agentIds: ['claude-code'], mode: 'copy' }])
  })
})
