import { isAbsolute, join, parse, relative, sep } from 'node:path'
import { CANONICAL_AGENT, LOCK_FILE_NAME, type LockedInstall, type LockedSkill } from '@guildhall/skill-format/install'
import { agentFolders } from './agent-folders.ts'
import { InstallProblem } from './install-problem.ts'
import type { InstallMode, InstallTarget } from './install-targets.ts'

/** Which lock file counts, and what its paths are relative to. */
export interface InstallScope {
  kind: 'project' | 'global'
  lockFile: string
  base: string
  /** Links are refused below it. */
  root: string
}

/** The skills of one project: `guildhall.lock` beside them. */
export function projectScope(cwd: string): InstallScope {
  return { kind: 'project', lockFile: join(cwd, LOCK_FILE_NAME), base: cwd, root: cwd }
}

/** The skills of the user. An agent's home may lie anywhere, so paths are relative to the root of the file system. */
export function globalScope(configDir: string, home: string): InstallScope {
  return { kind: 'global', lockFile: join(configDir, LOCK_FILE_NAME), base: parse(home).root, root: home }
}

function isBelow(root: string, path: string): boolean {
  const below = relative(root, path)
  return below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below)
}

/** A folder as the lock file writes it. */
export function lockedPath(scope: InstallScope, folder: string): string {
  return relative(scope.base, folder).split(sep).join('/')
}

/** The folder that the lock file means. */
export function folderOf(scope: InstallScope, path: string): string {
  return join(scope.base, ...path.split('/'))
}

/** The skill's own name, which its folders bear. */
export function folderNameOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

/** One folder of an installed skill. */
export interface InstalledPlace {
  /** As the lock file writes it. */
  path: string
  folder: string
  /** The folder around it, and below what links are refused. */
  directory: string
  root: string
  agentIds: string[]
  mode: InstallMode
}

/** The distinct folders of an installed skill. */
export function placesOf(scope: InstallScope, { installs }: Pick<LockedSkill, 'installs'>): InstalledPlace[] {
  const places = new Map<string, InstalledPlace>()
  for (const { path, agent, mode } of installs) {
    const folder = folderOf(scope, path)
    const directory = join(folder, '..')
    const root = isBelow(scope.root, directory) ? scope.root : join(directory, '..')
    const place = places.get(path) ?? { path, folder, directory, root, agentIds: [], mode }
    place.agentIds.push(agent)
    places.set(path, place)
  }
  return [...places.values()]
}

/** The folders of an installed skill as targets, to be installed into again. */
export function targetsIn(scope: InstallScope, skill: Pick<LockedSkill, 'installs'>): InstallTarget[] {
  return placesOf(scope, skill).map(({ root, directory, agentIds, mode }) => ({ root, directory, agentIds, mode }))
}

/** The folder that the links of a skill lead to; null where it has no copy for every agent. */
export function canonicalFolder(scope: InstallScope, installs: readonly LockedInstall[]): string | null {
  const copy = installs.find(({ agent, mode }) => agent === CANONICAL_AGENT && mode === 'copy')
  return copy === undefined ? null : folderOf(scope, copy.path)
}

/** The skill that the lock file knows in a folder. */
export function ownerOf(scope: InstallScope, skills: readonly LockedSkill[], folder: string): LockedSkill | null {
  const path = lockedPath(scope, folder)
  return skills.find((skill) => skill.installs.some((install) => install.path === path)) ?? null
}

/**
 * Refuses folders that are none of an agent's: the lock file of a project comes from other people, and a skill that is called
 * `hooks` could be sent into `.git`. What a user's own lock file says is their own.
 */
export function refuseStrangeFolders(scope: InstallScope, installs: readonly LockedInstall[]): void {
  if (scope.kind === 'global') return
  const known = new Set(agentFolders.map(({ project }) => project))
  const strange = installs.find(({ path }) => !known.has(path.slice(0, path.lastIndexOf('/'))))
  if (strange !== undefined) throw new InstallProblem('lock.strange-folder', strange.path)
}
