import { commonPermissions, type PackageSummary, type Permissions } from '@guildhall/contracts'
import type { CallableSkill, SkillFinder } from '@guildhall/sandbox'
import type { Session } from '../session.ts'
import { type CalleePlaces, createCalleePlaces, isWithin, type OnFolder, readWithFolders } from './callee-places.ts'
import type { LocalSkill } from './local-skill.ts'
import type { PlacedSkill } from './placed-skill.ts'

/** The skills that runs of a skill may call on this machine. */
export interface Callees {
  /** Answers only what the caller depends on. */
  find: SkillFinder
  /** Where a callee lies. */
  pathOf: (callee: CallableSkill) => string
  /** What a callee asks for; it has of that what the skill that was started asks for as well. */
  declaredBy: (callee: CallableSkill) => Permissions
}

export interface CalleeOptions {
  /** As given with `--with`. */
  withFolders: readonly string[]
  /** Hears of the folders that callees are read from, before they are. Default: nobody does. */
  onFolder?: OnFolder | undefined
}

/** A skill that depends on others, by the name that people are told. */
interface Demander {
  name: string
  dependencies: PackageSummary['dependencies']
}

/** One version of each skill for the whole tree, as on a server, and why some calls cannot be served. */
interface Tree {
  placed: Map<string, PlacedSkill>
  /** By who calls and who is called. */
  faults: Map<string, string>
}

const edge = (by: string, fullName: string): string => `${by} ${fullName}`

function mend(fullName: string, range: string): string {
  return `Give its folder with --with <folder>, or install it: guildhall add '${fullName}@${range}'`
}

/** Finds everything that the root needs, directly or not. Who is in a circle is found once. */
async function growTree(root: Demander, find: CalleePlaces): Promise<Tree> {
  const tree: Tree = { placed: new Map(), faults: new Map() }
  const open = [root]
  for (const { name: by, dependencies } of open)
    for (const [fullName, range] of Object.entries(dependencies)) {
      const known = tree.placed.get(fullName)
      const found = known ?? (await find(fullName, range))
      const wanted = `${by} needs ${fullName}@${range}`
      if (typeof found === 'string')
        tree.faults.set(edge(by, fullName), `${wanted}, which was not found: ${found}. ${mend(fullName, range)}`)
      else if (known === undefined) {
        tree.placed.set(fullName, found)
        open.push({ name: fullName, dependencies: found.summary.dependencies })
      } else if (!isWithin(known.version, range))
        tree.faults.set(
          edge(by, fullName),
          `${wanted}, and others here need ${known.version}. ${mend(fullName, range)}`,
        )
    }
  return tree
}

function refused(reason: 'not_found' | 'not_runnable', message: string): ReturnType<SkillFinder> {
  return { status: 'failed', reason, message, recoveryOptions: [] }
}

function callable(fullName: string, placed: PlacedSkill, granted: Permissions): ReturnType<SkillFinder> {
  const { files, summary, version } = placed
  const { kind, entry, actions } = summary
  if (kind === 'instructions' || entry === null)
    return refused('not_runnable', `${fullName} has nothing to run: it is read by agents`)
  const permissions = commonPermissions(summary.permissions, granted)
  return { fullName, version, kind, entry, files, actions, permissions }
}

function finderIn({ placed, faults }: Tree, root: Demander, granted: Permissions): SkillFinder {
  return ({ skill }, caller) => {
    const by = caller?.fullName ?? root.name
    const dependencies = caller === null ? root.dependencies : placed.get(by)?.summary.dependencies
    const found = placed.get(skill)
    if (!Object.hasOwn(dependencies ?? {}, skill))
      return refused('not_found', `${by} does not depend on ${skill}. Name it under dependencies in its manifest.json`)
    const fault = faults.get(edge(by, skill))
    if (fault !== undefined || found === undefined) return refused('not_found', fault ?? `${skill} was not found`)
    return callable(skill, found, granted)
  }
}

/**
 * Finds what a skill may call when it runs here, with what that may call itself. What is missing is told to the caller when it is called. Throws a
 * Failure where a folder of `--with` cannot be read.
 */
export async function findCallees(
  session: Session,
  { path, summary }: LocalSkill,
  { withFolders, onFolder = () => {} }: CalleeOptions,
): Promise<Callees> {
  const given = await readWithFolders(session, withFolders, onFolder)
  const tree = await growTree(summary, createCalleePlaces(session, { root: path, withFolders: given, onFolder }))
  const used = new Set([...tree.placed.values()].map((one) => one.path))
  for (const [name, one] of given)
    if (!used.has(one.path)) session.note(`--with ${one.path} is not used: no dependency of ${summary.name} is ${name}`)
  const placedOf = ({ fullName }: CallableSkill): PlacedSkill | undefined => tree.placed.get(fullName)
  return {
    find: finderIn(tree, summary, summary.permissions),
    pathOf: (callee) => placedOf(callee)?.path ?? '',
    declaredBy: (callee) => placedOf(callee)?.summary.permissions ?? callee.permissions,
  }
}
