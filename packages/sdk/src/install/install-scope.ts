import { isAbsolute, join, parse, relative, sep } from 'node:path'
import { LOCK_FILE_NAME, type LockedSkill } from '@guildhall/skill-format'
import type { InstallTarget } from './install-targets.ts'
import type { LockedDigest } from './workshop.ts'

/** Which lock file counts, and what its paths are relative to. */
export interface InstallScope {
  lockFile: string
  base: string
  /** Links are refused below it. */
  root: string
}

/** The skills of one project: `guildhall.lock` beside them. */
export function projectScope(cwd: string): InstallScope {
  return { lockFile: join(cwd, LOCK_FILE_NAME), base: cwd, root: cwd }
}

/** The skills of the user. An agent's home may lie anywhere, so paths are relative to the root of the file system. */
export function globalScope(configDir: string, home: string): InstallScope {
  return { lockFile: join(configDir, LOCK_FILE_NAME), base: parse(home).root, root: home }
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

/** The target that a locked folder stands in. */
export function targetOf(scope: InstallScope, path: string, agentIds: string[]): InstallTarget {
  const directory = join(folderOf(scope, path), '..')
  return { root: isBelow(scope.root, directory) ? scope.root : join(directory, '..'), directory, agentIds }
}

/** The skill that the lock file knows in a folder. */
export function ownerOf(scope: InstallScope, skills: readonly LockedSkill[], folder: string): LockedSkill | null {
  const path = lockedPath(scope, folder)
  return skills.find((skill) => skill.installs.some((install) => install.path === path)) ?? null
}

export function lockedDigests(scope: InstallScope, skills: readonly LockedSkill[]): LockedDigest {
  return (folder) => ownerOf(scope, skills, folder)?.digest ?? null
}
