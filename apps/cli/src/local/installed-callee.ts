import { basename } from 'node:path'
import { inspectPackage } from '@guildhall/skill-format'
import { listInstalled, readTree } from '@guildhall/sdk/install'
import { scopeOf } from '../install-place.ts'
import type { Session } from '../session.ts'
import type { PlacedSkill } from './placed-skill.ts'

async function findInstalled(session: Session, fullName: string): Promise<PlacedSkill | string> {
  const [skill] = await listInstalled(await scopeOf(session, false), (name) => name === fullName)
  if (skill === undefined || skill.version === null) return 'guildhall.lock of this folder does not name it'
  const intact = skill.folders.find(({ state }) => state === 'intact')
  const files = intact === undefined ? null : await readTree(intact.path)
  if (intact === undefined || files === null) {
    const edited = skill.folders.find(({ state }) => state === 'edited')
    return edited === undefined
      ? 'guildhall.lock names it, but its folders are missing: `guildhall ci` brings them back'
      : `${basename(edited.path)} was edited since it was installed: only --with runs it as it lies there`
  }
  const { summary } = inspectPackage(files, { directoryName: basename(intact.path) })
  return summary === null
    ? `the installed ${fullName}@${skill.version} says too little of itself to be called`
    : { path: intact.path, files, summary, version: skill.version }
}

/** What `guildhall add` installed for this project, exactly as it is locked; else in words why it cannot be called. */
export async function readInstalled(session: Session, fullName: string): Promise<PlacedSkill | string> {
  try {
    return await findInstalled(session, fullName)
  } catch (error) {
    return `what is installed cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}
