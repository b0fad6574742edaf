import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, PackageError } from '@guildhall/skill-format'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  defaultSourceLimits,
  type Discovery,
  findSkills,
  type GitSource,
  openRepository,
  parseSource,
  readSkill,
  SourceError,
  type SourcePolicy,
  type SourceTree,
} from '../src/index.ts'
import { buildRepository } from './build-repository.ts'
import { gitBackend, listen, type LocalServer } from './git-server.ts'
import { hostileServers } from './hostile-server.ts'
import { readRepositoryCases, type RepositoryCase } from './repository-recipe.ts'

const cases = readRepositoryCases()
let home: string
let canary: string
let temporaryFolder: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'guildhall-hostile-'))
  canary = join(home, 'canary')
  temporaryFolder = join(home, 'temporary')
  mkdirSync(temporaryFolder)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const codeOf = (error: unknown): string => {
  if (error instanceof SourceError || error instanceof PackageError) return error.code
  throw error
}

async function packageOf(tree: SourceTree, discovery: Discovery, directory: string) {
  const skill = discovery.skills.find((one) => one.directory === directory)
  if (!skill) throw new Error(`no skill was found in ${directory}`)
  try {
    const { files, findings } = await readSkill(tree, { skill, discovery, limits: defaultLimits })
    const texts = [...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('utf8').slice(0, 200)])
    return { files: Object.fromEntries(texts), findings: findings.map(({ rule }) => rule).sort() }
  } catch (error) {
    return { error: codeOf(error) }
  }
}

/** What came of a case, in the form of its `outcome`; only the packages that it names. */
async function outcomeOf(source: GitSource, policy: SourcePolicy, recipe: RepositoryCase) {
  const limits = { ...defaultSourceLimits, ...recipe.limits }
  const opened = await openRepository(source, { policy, limits, temporaryFolder }).catch((error: unknown) => ({
    error: codeOf(error),
  }))
  if ('error' in opened) return opened
  try {
    const discovery = await findSkills(opened, { path: source.path, rootName: 'root' }).catch((error: unknown) => ({
      error: codeOf(error),
    }))
    if ('error' in discovery) return discovery
    const named = 'packages' in recipe.outcome ? Object.keys(recipe.outcome.packages) : []
    const packages: Record<string, unknown> = {}
    for (const directory of named) packages[directory] = await packageOf(opened, discovery, directory)
    return {
      skills: discovery.skills.map(({ directory }) => directory),
      leftOut: Object.fromEntries(discovery.leftOut.map(({ directory, reason }) => [directory, reason])),
      problems: discovery.problems.length,
      packages,
    }
  } finally {
    await opened.close()
  }
}

async function serve(name: string, recipe: RepositoryCase): Promise<LocalServer | null> {
  const behaviour = hostileServers[recipe.serve]
  if (!behaviour) return null
  let host = ''
  const server = await listen(behaviour({ honest: gitBackend(join(home, name)), host: () => host }))
  host = server.host
  return server
}

test('there are at least 100 hostile repositories and servers', () => {
  expect(cases.length).toBeGreaterThanOrEqual(100)
  const served = cases.map(([, { serve: by }]) => by).filter((by) => by !== 'file')
  expect(served.filter((by) => !Object.hasOwn(hostileServers, by))).toEqual([])
  expect(Object.keys(hostileServers).filter((by) => !served.includes(by))).toEqual([])
})

test.each(cases)('the hostile repository %s comes to what its folder names', async (name, recipe) => {
  const folder = join(home, name)
  const repository = join(folder, 'repo.git')
  mkdirSync(repository, { recursive: true })
  buildRepository(repository, recipe, canary)
  const server = await serve(name, recipe)
  try {
    const built = server ? `http://${server.host}/repo.git` : `file://${repository}`
    const source = parseSource(recipe.url?.replace('$REPOSITORY', repository) ?? built)
    if (source.kind !== 'git') throw new Error('the case names no repository')
    const policy: SourcePolicy = {
      protocols: ['http', 'file'],
      allowPrivateHosts: server ? [server.host] : [],
      resolveHost: async () => [],
    }
    const { ref, path } = recipe
    expect(await outcomeOf({ ...source, ref, path }, policy, recipe)).toEqual(recipe.outcome)
  } finally {
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  }
  expect(existsSync(canary)).toBe(false)
  expect(readdirSync(temporaryFolder)).toEqual([])
})
