import { type LockedSkill, type PackageFiles, readEnvelope, unpackArchive } from '@guildhall/skill-format/install'
import { type PackageCache, unsignedDigest, verifyRelease } from '@guildhall/sdk/install'
import { Failure } from '../failures.ts'
import type { Session } from '../session.ts'
import { packageCache } from './package-cache.ts'
import { titleOf } from './ready-skill.ts'
import { downloadOf, type Registry, registryAt, versionDetails } from './registry.ts'
import { trustedKeys } from './registry-keys.ts'
import { several } from './several.ts'

/** The files of a locked skill, checked against the lock. */
export interface LockedContent {
  skill: LockedSkill
  files: PackageFiles
}

const PARALLEL = 6

async function download(registry: Registry, skill: LockedSkill, cache: PackageCache): Promise<PackageFiles> {
  const archive = await downloadOf(registry, skill.name, skill.version ?? '')
  const files = await unpackArchive(archive)
  await cache.keep(skill, { archive })
  return files
}

/** A locked release: from the cache, else from its registry; digest, signature and signer are those of the lock. */
async function fetchSigned(session: Session, skill: LockedSkill, url: string): Promise<LockedContent> {
  const registry = await registryAt(session, url)
  const cache = packageCache(session)
  const unpacked = (await cache.read(skill)) ?? (await download(registry, skill, cache))
  const version = skill.version ?? ''
  const envelope = readEnvelope(unpacked) ?? (await versionDetails(registry, skill.name, version)).signature
  if (envelope === null || envelope === undefined)
    throw new Failure('This version is not signed', { where: titleOf(skill), remedy: 'Ask its publisher.' })
  const keys = await trustedKeys(registry)
  const fullName = skill.signedAs ?? skill.name
  const { files, keyIds } = verifyRelease({
    fullName,
    version,
    digest: skill.digest,
    files: unpacked,
    envelope,
    trustedKeys: keys,
  })
  if (keyIds.some((keyId) => skill.keyIds.includes(keyId))) return { skill, files }
  throw new Failure(`It is signed by ${keyIds.join(', ')}, and the lock file says ${skill.keyIds.join(', ')}`, {
    where: titleOf(skill),
    remedy: 'Ask the administrator of the registry which key is right.',
  })
}

async function fetchUnsigned(session: Session, skills: readonly LockedSkill[]): Promise<LockedContent[]> {
  const cache = packageCache(session)
  const kept = await several(skills, PARALLEL, async (skill) => ({ skill, files: await cache.read(skill) }))
  const missing = kept.flatMap(({ skill, files }) => (files === null ? [skill] : []))
  const have = kept.flatMap(({ skill, files }) => (files === null ? [] : [{ skill, files }]))
  if (missing.length === 0) return have
  const { findCurrent } = await import('./find-current.ts')
  const current = await findCurrent(session, missing, 'then')
  return [
    ...have,
    ...missing.map((skill) => {
      const files = current.get(skill.name)?.files
      if (files !== undefined && unsignedDigest(skill.name, files) === skill.digest) return { skill, files }
      throw new Failure('Its source does not give the content that is locked any more', {
        where: skill.name,
        remedy: 'Run `guildhall update`, look at what changed, and commit the lock file.',
      })
    }),
  ]
}

/** The content of every locked skill, exactly as it is locked. Needs no network for what the cache has. */
export async function fetchLocked(session: Session, skills: readonly LockedSkill[]): Promise<LockedContent[]> {
  const signed = await several(skills, PARALLEL, async (skill) => {
    return skill.source.kind === 'registry' ? fetchSigned(session, skill, skill.source.url) : null
  })
  const unsigned = await fetchUnsigned(
    session,
    skills.filter(({ source }) => source.kind !== 'registry'),
  )
  return [...signed.filter((one) => one !== null), ...unsigned]
}
