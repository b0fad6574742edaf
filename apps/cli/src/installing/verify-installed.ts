import { type LockedSkill, readEnvelope, verifyPackage } from '@guildhall/skill-format/install'
import {
  type Difference,
  differencesOf,
  type InstalledSkill,
  type InstallScope,
  listInstalled,
  readTree,
} from '@guildhall/sdk/install'
import { readPinnedKeys } from '../config/trusted-keys.ts'
import type { Session } from '../session.ts'
import { lockFaults } from './lock-faults.ts'
import { packageCache } from './package-cache.ts'

export interface VerifiedFolder {
  path: string
  state: InstalledSkill['folders'][number]['state']
  /** Which files differ; null where nothing tells what was installed. */
  differences: Difference[] | null
  /** Why the signature does not hold; null where it does, or where the source does not sign. */
  signatureFault: string | null
}

export interface VerifiedSkill {
  name: string
  version: string | null
  isSigned: boolean
  folders: VerifiedFolder[]
}

export interface Verification {
  items: VerifiedSkill[]
  /** What in the lock file does not fit together. */
  faults: string[]
}

/** Why the signature in a folder does not vouch for what is locked; null where it does. */
async function signatureFault(session: Session, skill: InstalledSkill, folder: string): Promise<string | null> {
  if (skill.source.kind !== 'registry') return null
  const keys = await readPinnedKeys(session.configDir, skill.source.url)
  if (keys === null) return `no key of ${skill.source.url} is trusted on this machine yet`
  const files = await readTree(folder).catch(() => null)
  if (files === null) return 'the folder cannot be read as a package'
  try {
    const envelope = readEnvelope(files)
    if (envelope === null) return 'signature.sig is missing'
    const { name, signedAs = name, version } = skill
    const result = verifyPackage({ files, fullName: signedAs, version: version ?? '', envelope, trustedKeys: keys })
    if (result.status === 'refused') return result.message
    const isLocked = result.keyIds.some((keyId) => skill.keyIds.includes(keyId))
    return isLocked
      ? null
      : `it is signed by ${result.keyIds.join(', ')}, and the lock file says ${skill.keyIds.join(', ')}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function differences(session: Session, skill: InstalledSkill, folder: string): Promise<Difference[] | null> {
  const [base, now] = [await packageCache(session).read(skill), await readTree(folder).catch(() => null)]
  return base === null || now === null ? null : differencesOf(base, now)
}

async function verifyFolder(
  session: Session,
  skill: InstalledSkill,
  folder: InstalledSkill['folders'][number],
): Promise<VerifiedFolder> {
  const { path, state } = folder
  if (state === 'missing') return { path, state, differences: null, signatureFault: null }
  const changed = state === 'edited' ? await differences(session, skill, path) : []
  return {
    path,
    state,
    differences: changed,
    signatureFault: state === 'intact' ? await signatureFault(session, skill, path) : null,
  }
}

/** Holds everything installed against the lock file: every file, every signature, every need. Needs no network. */
export async function verifyInstalled(
  session: Session,
  scope: InstallScope,
  lock: readonly LockedSkill[],
): Promise<Verification> {
  const items: VerifiedSkill[] = []
  for (const skill of await listInstalled(scope)) {
    const folders: VerifiedFolder[] = []
    for (const folder of skill.folders) folders.push(await verifyFolder(session, skill, folder))
    items.push({ name: skill.name, version: skill.version, isSigned: skill.keyIds.length > 0, folders })
  }
  return { items, faults: await lockFaults(lock) }
}

export function isWhole({ state, signatureFault: fault }: VerifiedFolder): boolean {
  return state === 'intact' && fault === null
}
