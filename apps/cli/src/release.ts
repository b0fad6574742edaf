import type { SignatureEnvelope, VersionDetails } from '@guildhall/contracts'
import { type PackageFiles, readEnvelope, type TrustedKey, unpackArchive } from '@guildhall/skill-format'
import { keyChangeFailure, pinConflict, readPinnedKeys, savePinnedKeys } from './config/trusted-keys.ts'
import { Failure } from './failures.ts'
import { patiently } from './patience.ts'
import type { Session } from './session.ts'
import type { SkillTarget } from './skill-target.ts'

export interface Release {
  files: PackageFiles
  envelope: SignatureEnvelope
}

const DOWNLOAD_BYTES = 60 * 1024 * 1024

/** The keys to verify with: pinned on first use, and from then on the pinned ones. Throws a Failure where the registry's have changed. */
export async function trustedKeys(session: Session): Promise<TrustedKey[]> {
  const { configDir, registry, host } = session
  const { items } = await session.client.trust.keys()
  const pinned = await readPinnedKeys(configDir, registry)
  if (pinned !== null) {
    const reason = pinConflict(pinned, items)
    if (reason !== null) throw keyChangeFailure(registry, reason, configDir)
    return pinned
  }
  if (items.length === 0)
    throw new Failure('This registry has no signing key, so nothing of it can be verified', {
      where: registry,
      remedy: 'Ask its administrator.',
    })
  const firstSeenAt = host.now().toISOString()
  const keys = items.map(({ keyId, publicKey }) => ({ keyId, publicKey, firstSeenAt }))
  await savePinnedKeys(configDir, registry, keys)
  session.note(`Trusting ${keys.map((key) => key.keyId).join(', ')} of ${registry} from now on (first use).`)
  return keys
}

async function boundedBytes(response: Response, where: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of response.body ?? []) {
    sizeBytes += part.length
    if (sizeBytes > DOWNLOAD_BYTES)
      throw new Failure(`The package is larger than ${DOWNLOAD_BYTES} bytes`, { where, remedy: 'Do not install it.' })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Downloads and unpacks a release within limits. Nothing of it is trusted yet. */
export async function downloadRelease(
  session: Session,
  target: SkillTarget,
  version: VersionDetails,
): Promise<Release> {
  const { publisher, name, fullName } = target
  const where = `${fullName}@${version.version}`
  const response = await patiently(session, () =>
    session.client.skills.download({ params: { publisher, name, version: version.version } }),
  )
  const files = await unpackArchive(await boundedBytes(response, where))
  const envelope = readEnvelope(files) ?? version.signature
  if (envelope === null)
    throw new Failure('This version is not signed', { where, remedy: 'Ask its publisher for a released version.' })
  return { files, envelope }
}
