import { readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { LockedSkill, PackageFiles } from '@guildhall/skill-format/install'
import { contentOf, holds, readTree, unsignedDigest } from './file-tree.ts'
import { InstallProblem } from './install-problem.ts'
import { canonicalFolder, type InstallScope, ownerOf } from './install-scope.ts'
import { kindAt } from './target-path.ts'

/** What a person decided about a folder that was edited. */
export interface Decision {
  /** The mark of the content that was shown; another one by now makes the decision void. */
  seen: string
  /** What is to stand there; null is the new version as it is. */
  files: PackageFiles | null
}

/** How a folder may be written to: as it lies there, or keeping what lies there beside. */
export interface Admission {
  isThere: boolean
  keepsOld: boolean
  /** What is to stand there instead of the new version. */
  files: PackageFiles | null
  /** Another skill that has to go. */
  displaces: LockedSkill | null
}

/** A mark of what a folder holds; null where it holds what no package can. */
export async function markOf(folder: string): Promise<string | null> {
  const files = await readTree(folder)
  return files === null ? null : unsignedDigest('tree', files)
}

/** Whether a folder is a link that this skill was installed as. */
async function isOwnLink(folder: string, canonical: string | null): Promise<boolean> {
  return canonical !== null && resolve(dirname(folder), await readlink(folder)) === canonical
}

interface Question {
  scope: InstallScope
  skills: readonly LockedSkill[]
  /** Who wants the folder. */
  name: string
  isForced: boolean
  decision: Decision | undefined
}

/** Judges whether this skill may take a folder. Throws InstallProblem where that would destroy what is not its own. */
export async function admit(folder: string, question: Question): Promise<Admission> {
  const { scope, skills, name } = question
  const plain: Admission = { isThere: true, keepsOld: false, files: null, displaces: null }
  const kind = await kindAt(folder)
  if (kind === 'nothing') return { ...plain, isThere: false }
  if (kind === 'file') throw new InstallProblem('target.not-a-folder', folder)
  const owner = ownerOf(scope, skills, folder)
  if (kind === 'link') {
    if (owner !== null && (await isOwnLink(folder, canonicalFolder(scope, owner.installs))))
      return { ...plain, displaces: owner.name === name ? null : owner }
    throw new InstallProblem('target.link', folder)
  }
  if (owner === null) return forced(question, new InstallProblem('target.foreign', folder), plain)
  const isIntact = await holds(folder, contentOf(owner))
  if (owner.name !== name) {
    const refusal = new InstallProblem('target.other-skill', folder, owner.name)
    return { ...forced(question, refusal, plain), keepsOld: !isIntact, displaces: owner }
  }
  return isIntact ? plain : edited(folder, question, plain)
}

function forced({ isForced }: Question, refusal: InstallProblem, plain: Admission): Admission {
  if (!isForced) throw refusal
  return { ...plain, keepsOld: true }
}

async function edited(folder: string, question: Question, plain: Admission): Promise<Admission> {
  const { decision } = question
  if (decision !== undefined && decision.seen === (await markOf(folder)))
    return { ...plain, files: decision.files, keepsOld: decision.files === null }
  return forced(question, new InstallProblem('target.edited', folder), plain)
}

/** Whether a folder holds what is locked, as it is locked: the files, or the link to them. */
export async function stateOf(
  folder: string,
  skill: LockedSkill,
  canonical: string | null,
): Promise<'intact' | 'edited' | 'missing'> {
  const kind = await kindAt(folder)
  if (kind === 'nothing') return 'missing'
  if (kind === 'file') return 'edited'
  if (kind === 'link' && !(await isOwnLink(folder, canonical))) return 'edited'
  const real = kind === 'link' && canonical !== null ? canonical : folder
  if ((await kindAt(real)) !== 'folder') return 'missing'
  return (await holds(real, contentOf(skill))) ? 'intact' : 'edited'
}
