import type { TrustedKey } from '@guildhall/skill-format'
import { keyChangeFailure, pinConflict, readPinnedKeys, savePinnedKeys } from '../config/trusted-keys.ts'
import { Failure } from '../failures.ts'
import type { Registry } from './registry.ts'

/**
 * The keys to verify with: those pinned on first use. The registry is asked for keys only then, because a signature by a pinned key
 * holds whatever the registry says today.
 */
export async function trustedKeys({ session, url, client }: Registry): Promise<TrustedKey[]> {
  const { configDir, host } = session
  const pinned = await readPinnedKeys(configDir, url)
  if (pinned !== null) return pinned
  const { items } = await client.trust.keys()
  if (items.length === 0)
    throw new Failure('This registry has no signing key, so nothing of it can be verified', {
      where: url,
      remedy: 'Ask its administrator.',
    })
  const firstSeenAt = host.now().toISOString()
  const keys = items.map(({ keyId, publicKey }) => ({ keyId, publicKey, firstSeenAt }))
  await savePinnedKeys(configDir, url, keys)
  session.note(`Trusting ${keys.map((key) => key.keyId).join(', ')} of ${url} from now on (first use).`)
  return keys
}

/** Explains a signature that does not hold: throws a Failure where the registry offers other keys than those pinned. */
export async function refuseChangedKeys({ session, url, client }: Registry): Promise<void> {
  const pinned = await readPinnedKeys(session.configDir, url)
  const offered = await client.trust.keys().catch(() => null)
  const reason = pinned === null || offered === null ? null : pinConflict(pinned, offered.items)
  if (reason !== null) throw keyChangeFailure(url, reason, session.configDir)
}
