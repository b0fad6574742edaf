import { lstat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { highestWithin } from '@guildhall/skill-format'
import { Failure, usageFailure } from '../failures.ts'
import type { Session } from '../session.ts'
import { firstReason, readSkillSource } from '../skill-source.ts'
import type { PlacedSkill } from './placed-skill.ts'

/** Told of each folder before it is read. */
export type OnFolder = (path: string) => void

/** A folder without a version is before every release, so that only a range for any version takes it. */
const NO_VERSION = '0.0.0'

/** What a folder holds; else in words why nothing in it can be called. */
async function readPlaced(cwd: string, given: string): Promise<PlacedSkill | string> {
  try {
    const { path, files, inspection } = await readSkillSource(cwd, given)
    const { summary } = inspection
    if (summary === null) return firstReason(inspection)
    return { path, files, summary, version: summary.version ?? NO_VERSION }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The skills of the folders given with `--with`, by their own names. Throws a Failure where one cannot be read or two are called alike. */
export async function readWithFolders(
  { host }: Session,
  folders: readonly string[],
  onFolder: OnFolder = () => {},
): Promise<ReadonlyMap<string, PlacedSkill>> {
  const byName = new Map<string, PlacedSkill>()
  for (const folder of folders) {
    onFolder(resolve(host.cwd, folder))
    const placed = await readPlaced(host.cwd, folder)
    if (typeof placed === 'string')
      throw new Failure(`--with ${folder} cannot be called: ${placed}`, {
        where: resolve(host.cwd, folder),
        remedy: `Name the folder of a skill; \`guildhall validate ${folder}\` says everything that is wrong with it.`,
      })
    const { name } = placed.summary
    if (byName.has(name)) throw usageFailure(`--with names two skills called ${name}`, 'Leave one of them out.')
    byName.set(name, placed)
  }
  return byName
}

export interface PlacesOptions {
  /** Absolute path of the skill that is started. */
  root: string
  withFolders: ReadonlyMap<string, PlacedSkill>
  onFolder: OnFolder
}

/** Finds what a skill depends on: the place it lies in, or in words where was looked and what is there instead. */
export type CalleePlaces = (fullName: string, range: string) => Promise<PlacedSkill | string>

export function isWithin(version: string, range: string): boolean {
  return highestWithin([version], range) !== null
}

const ownNameOf = (fullName: string): string => fullName.slice(fullName.lastIndexOf('/') + 1)

/** A folder beside the skill that bears the name. A link is none: nobody said that what it leads to may be run. */
async function readSibling(cwd: string, path: string, onFolder: OnFolder): Promise<PlacedSkill | string> {
  const shown = relative(cwd, path) || path
  const found = await lstat(path).catch(() => null)
  if (found === null) return `there is no folder ${shown}`
  if (!found.isDirectory())
    return `${shown} is ${found.isSymbolicLink() ? 'a link, which is not followed' : 'no folder'}`
  onFolder(path)
  const placed = await readPlaced(cwd, path)
  if (typeof placed === 'string') return `${shown} cannot be read: ${placed}`
  return placed.summary.name === basename(path) ? placed : `${shown} holds the skill ${placed.summary.name}`
}

/**
 * Looks in the folders given with `--with`, then beside the skill, then among what `guildhall add` installed for this project. A folder that
 * was given counts alone for its name: nothing else steps in where its version does not do.
 */
export function createCalleePlaces(session: Session, { root, withFolders, onFolder }: PlacesOptions): CalleePlaces {
  const { cwd } = session.host
  const misfit = ({ path, summary }: PlacedSkill): string => {
    const version = summary.version === null ? 'has no version' : `is version ${summary.version}`
    return `${relative(cwd, path) || path} ${version}`
  }
  return async (fullName, range) => {
    const name = ownNameOf(fullName)
    const given = withFolders.get(name)
    if (given) return isWithin(given.version, range) ? given : `${misfit(given)} (--with)`
    const sibling = await readSibling(cwd, join(dirname(root), name), onFolder)
    if (typeof sibling !== 'string' && isWithin(sibling.version, range)) return sibling
    const { readInstalled } = await import('./installed-callee.ts')
    const installed = await readInstalled(session, fullName)
    if (typeof installed !== 'string' && isWithin(installed.version, range)) return installed
    const reasons = [sibling, installed].map((found) => (typeof found === 'string' ? found : misfit(found)))
    return ['no --with names a folder of it', ...reasons].join('; ')
  }
}
