import { type KeyObject, sign, verify } from 'node:crypto'
import { RenameRecord } from '@guildhall/contracts'
import { isCanonicalSignature, keyIdOf, readPublicKey, strictBase64 } from './ed25519-key.ts'
import type { TrustedKey } from './verify-package.ts'

/** That a skill has another name from a moment on. */
export interface Rename {
  /** `@publisher/name`, both. */
  from: string
  to: string
  /** ISO 8601 in UTC, as it stands in the record. */
  renamedAt: string
}

/** What is signed: the first line keeps the signature from being taken for one over anything else. */
export function renameText({ from, to, renamedAt }: Rename): string {
  return `guildhall-rename-v1\n${from}\n${to}\n${renamedAt}\n`
}

/** Signs a rename. Ed25519 is deterministic: the same rename gives the same record. */
export function signRename(rename: Rename, key: { privateKey: KeyObject; keyId: string }): RenameRecord {
  const signature = sign(null, Buffer.from(renameText(rename), 'utf8'), key.privateKey).toString('base64')
  const { from, to, renamedAt } = rename
  return { from, to, renamedAt, keyId: key.keyId, signature }
}

/** Whether a trusted key signed this rename. The record may be whatever came; it is parsed here. Needs no network, never throws. */
export function verifyRename(record: unknown, trustedKeys: readonly TrustedKey[]): boolean {
  const parsed = RenameRecord.safeParse(record)
  if (!parsed.success) return false
  const { keyId, signature, ...rename } = parsed.data
  const trusted = trustedKeys.find((key) => key.keyId === keyId)
  const publicKey = trusted === undefined ? null : readPublicKey(trusted.publicKey)
  if (trusted === undefined || publicKey === null || keyIdOf(trusted.publicKey) !== keyId) return false
  const bytes = strictBase64(signature)
  if (bytes === null || !isCanonicalSignature(bytes)) return false
  return verify(null, Buffer.from(renameText(rename), 'utf8'), publicKey, bytes)
}

/** More renames than a registry gives a skill. */
const MOST_RENAMES = 100

export interface RenameChain {
  /** The name that a package is signed as. */
  from: string
  /** The name that it was asked for. */
  to: string
  /** Oldest first, each beginning where the one before it ended. */
  renames: readonly unknown[]
}

/** Whether signed renames lead from one name to the other, without a gap and without a detour through a name twice. Never throws. */
export function verifyRenames({ from, to, renames }: RenameChain, trustedKeys: readonly TrustedKey[]): boolean {
  if (renames.length > MOST_RENAMES) return false
  const passed = new Set([from])
  let name = from
  for (const record of renames) {
    const parsed = RenameRecord.safeParse(record)
    if (!parsed.success || parsed.data.from !== name || passed.has(parsed.data.to)) return false
    if (!verifyRename(parsed.data, trustedKeys)) return false
    name = parsed.data.to
    passed.add(name)
  }
  return name === to
}
