import { type KeyObject, sign } from 'node:crypto'
import type { SignatureEnvelope } from '@guildhall/contracts'

/** One signature of an envelope. */
export type PackageSignature = SignatureEnvelope['signatures'][number]

export interface SignInput {
  privateKey: KeyObject
  keyId: string
  /** `@publisher/name`. */
  fullName: string
  version: string
  /** As `contentDigest` gives it. */
  digest: string
  /** Whose key it is. */
  signer?: PackageSignature['signer']
}

export interface SignedStatement {
  fullName: string
  version: string
  digest: string
}

/** Signs a release. Ed25519 is deterministic: the same input gives the same envelope. */
export function signPackage({ privateKey, keyId, signer = 'platform', ...statement }: SignInput): SignatureEnvelope {
  const signature = sign(null, signedMessage(statement), privateKey).toString('base64')
  const { fullName, version, digest } = statement
  const signatures: PackageSignature[] = [{ keyId, signer, algorithm: 'Ed25519', signature }]
  return { format: 'guildhall-signature-v1', fullName, version, digest, signatures }
}

/** The bytes that are signed: the first line keeps the signature from being taken for one over anything else. */
export function signedMessage({ fullName, version, digest }: SignedStatement): Buffer {
  return Buffer.from(`guildhall-signature-v1\n${fullName}\n${version}\n${digest}\n`, 'utf8')
}
