import { type PackageFiles, readEnvelope, type TrustedKey, unpackArchive } from '@guildhall/skill-format/install'
import { InstallProblem, type PackageCache, verifyRelease } from '@guildhall/sdk/install'
import { Failure } from '../failures.ts'
import { packageCache } from './package-cache.ts'
import type { ReadySkill } from './ready-skill.ts'
import { downloadOf, type Registry } from './registry.ts'
import type { ReleaseFacts } from './release-facts.ts'
import { refuseChangedKeys, trustedKeys } from './registry-keys.ts'

/** What was chosen, and why it is installed. */
export interface ChosenVersion {
  details: ReleaseFacts
  /** Null where only other skills asked for it. */
  requested: string | null
  isDirect: boolean
}

interface Unverified {
  files: PackageFiles
  /** As it came; it is parsed where it is verified. */
  envelope: unknown
  archive: Uint8Array | null
}

async function fetchFiles(registry: Registry, { details }: ChosenVersion, cache: PackageCache): Promise<Unverified> {
  const { fullName, signedAs, version, digest, signature } = details
  const where = `${fullName}@${version}`
  const kept = await cache.read({ name: fullName, signedAs, version, digest })
  const archive = kept === null ? await downloadOf(registry, fullName, version) : null
  const files = kept ?? (await unpackArchive(archive ?? new Uint8Array()))
  const envelope = readEnvelope(files) ?? signature
  if (envelope === null || envelope === undefined)
    throw new Failure('This version is not signed', { where, remedy: 'Ask its publisher for a released version.' })
  return { files, envelope, archive }
}

/** A package that was signed under another name counts only where signed renames lead to this one. */
async function refuseUnprovenName({ fullName, signedAs, version, renames }: ReleaseFacts, keys: readonly TrustedKey[]) {
  if (fullName === signedAs) return
  const { verifyRenames } = await import('@guildhall/skill-format')
  if (verifyRenames({ from: signedAs, to: fullName, renames }, keys)) return
  throw new InstallProblem(
    'verify.signature',
    `${fullName}@${version}`,
    `it was signed as ${signedAs}, and no signed rename leads from there`,
  )
}

/** Verifies against the pinned keys; a signature that does not hold is told as a change of keys where that is why. */
async function verified(registry: Registry, details: ReleaseFacts, got: Unverified, keys: readonly TrustedKey[]) {
  const { signedAs: fullName, version, digest } = details
  try {
    const { files, envelope } = got
    const result = verifyRelease({ fullName, version, digest, files, envelope, trustedKeys: keys })
    await refuseUnprovenName(details, keys)
    return result
  } catch (error) {
    if (error instanceof InstallProblem && error.code === 'verify.signature') await refuseChangedKeys(registry)
    throw error
  }
}

/** Downloads a release, or takes it from the cache, and verifies digest and signature. Nothing is written but the cache. */
export async function fetchRelease(registry: Registry, chosen: ChosenVersion): Promise<ReadySkill> {
  const { details, requested, isDirect } = chosen
  const cache = packageCache(registry.session)
  const [got, keys] = await Promise.all([fetchFiles(registry, chosen, cache), trustedKeys(registry)])
  const { files, keyIds } = await verified(registry, details, got, keys)
  const { fullName: name, signedAs, version, digest, dependencies } = details
  const entry: ReadySkill['entry'] = {
    name,
    version,
    digest,
    keyIds,
    source: { kind: 'registry', url: registry.url },
    requested,
    direct: isDirect,
    dependencies,
    ...(signedAs === name ? {} : { signedAs }),
  }
  if (got.archive !== null) await cache.keep(entry, { archive: got.archive })
  return { entry, files, warnings: warningsOf(details) }
}

function warningsOf({ status, statusReason, deprecation }: ReleaseFacts): string[] {
  const yanked = status === 'yanked' ? [`This version was yanked: ${statusReason ?? 'no reason given'}`] : []
  return deprecation === null ? yanked : [...yanked, `Its publisher advises against it: ${deprecation}`]
}
