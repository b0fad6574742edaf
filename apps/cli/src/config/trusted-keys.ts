import { join } from 'node:path'
import * as z from 'zod'
import { Failure } from '../failures.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

const PinnedKey = z.object({ keyId: z.string(), publicKey: z.string(), firstSeenAt: z.string() })
export type PinnedKey = z.infer<typeof PinnedKey>

const Pins = z.object({ version: z.literal(1), registries: z.record(z.string(), z.array(PinnedKey)) })

const fileIn = (configDir: string): string => join(configDir, 'trusted-keys.json')

const readAll = (configDir: string) => readJsonFile(fileIn(configDir), Pins, { version: 1 as const, registries: {} })

/** The keys this machine trusts for a registry; null before the first use. */
export async function readPinnedKeys(configDir: string, registry: string): Promise<PinnedKey[] | null> {
  return (await readAll(configDir)).registries[registry] ?? null
}

export async function savePinnedKeys(configDir: string, registry: string, keys: PinnedKey[]): Promise<void> {
  const all = await readAll(configDir)
  all.registries[registry] = keys
  await writeJsonFile(fileIn(configDir), all)
}

/** Forgets what was trusted; the next use pins afresh. */
export async function forgetPinnedKeys(configDir: string, registry: string): Promise<void> {
  const all = await readAll(configDir)
  delete all.registries[registry]
  await writeJsonFile(fileIn(configDir), all)
}

interface OfferedKey {
  keyId: string
  publicKey: string
}

/**
 * Compares what a registry offers with what was pinned. Every pinned key must still be offered unchanged, and no other key is trusted:
 * who takes over a registry cannot sign for it. Returns the first reason against, or null.
 */
export function pinConflict(pinned: readonly OfferedKey[], offered: readonly OfferedKey[]): string | null {
  const known = new Map(pinned.map((key) => [key.keyId, key.publicKey]))
  const changed = offered.find((key) => known.has(key.keyId) && known.get(key.keyId) !== key.publicKey)
  if (changed) return `the key ${changed.keyId} is not the one that was seen first`
  const added = offered.find((key) => !known.has(key.keyId))
  if (added) return `the key ${added.keyId} is new`
  const gone = pinned.find((key) => !offered.some((one) => one.keyId === key.keyId))
  return gone ? `the key ${gone.keyId} is not offered any more` : null
}

/** Refuses a registry whose keys are not the pinned ones. */
export function keyChangeFailure(registry: string, reason: string, configDir: string): Failure {
  return new Failure(`The signing key of this registry has changed: ${reason}. Nothing was written.`, {
    where: `${registry}, pinned in ${fileIn(configDir)}`,
    remedy:
      'Somebody may stand between you and the registry. Ask its administrator; only if the change is confirmed, run `guildhall trust forget` and try again.',
  })
}
