import { verify } from 'node:crypto'
import { SignatureEnvelope } from '@guildhall/contracts'
import { contentDigest, type DigestInput, SIGNATURE_PATH } from '../content-digest.ts'
import { PackageError } from '../package-error.ts'
import { decodeUtf8, type PackageFiles } from '../package-files.ts'
import { isCanonicalSignature, keyIdOf, readPublicKey, strictBase64 } from './ed25519-key.ts'
import { type PackageSignature, signedMessage } from './sign-package.ts'

/** A key that the verifier already has: never one that came with the package. */
export interface TrustedKey {
  keyId: string
  /** The raw 32 bytes, base64. */
  publicKey: string
}

export interface VerifyInput extends DigestInput {
  /** Whatever came as the envelope; it is parsed here. */
  envelope: unknown
  trustedKeys: readonly TrustedKey[]
}

export type VerifyRefusal =
  | 'malformed'
  | 'wrong-name'
  | 'digest-mismatch'
  | 'unknown-key'
  | 'weak-key'
  | 'bad-signature'

export type VerifyResult =
  | { status: 'ok'; digest: string; keyIds: string[] }
  | { status: 'refused'; reason: VerifyRefusal; message: string }

/**
 * Checks that the files are the release that a trusted key signed: the digest is computed from the files and the expected
 * name and version, never taken from the package. Every signature by a trusted key must hold, and there must be one.
 * Needs no network. Never throws.
 */
export function verifyPackage({ files, fullName, version, envelope, trustedKeys }: VerifyInput): VerifyResult {
  const parsed = SignatureEnvelope.safeParse(envelope)
  if (!parsed.success) return refuse('malformed', 'The signature envelope cannot be read.')
  const signed = parsed.data
  if (signed.fullName !== fullName || signed.version !== version)
    return refuse('wrong-name', `It was signed as ${signed.fullName} ${signed.version}, not ${fullName} ${version}.`)
  const digest = contentDigest({ fullName, version, files })
  if (signed.digest !== digest) return refuse('digest-mismatch', 'The files are not the ones that were signed.')
  const known = new Map(trustedKeys.map((key) => [key.keyId, key]))
  const message = signedMessage({ fullName, version, digest })
  const keyIds: string[] = []
  for (const signature of signed.signatures) {
    const key = known.get(signature.keyId)
    if (key === undefined) continue
    const refusal = checkSignature(signature, key, message)
    if (refusal !== null) return refusal
    keyIds.push(signature.keyId)
  }
  if (keyIds.length === 0) return refuse('unknown-key', 'None of its signatures is by a key that is trusted here.')
  return { status: 'ok', digest, keyIds }
}

/** Reads `signature.sig` of a package; null where it has none. Throws `signature.malformed`. */
export function readEnvelope(files: PackageFiles): SignatureEnvelope | null {
  const bytes = files.get(SIGNATURE_PATH)
  if (bytes === undefined) return null
  const parsed = SignatureEnvelope.safeParse(parseJson(decodeUtf8(bytes) ?? ''))
  if (!parsed.success) throw new PackageError('signature.malformed', { path: SIGNATURE_PATH })
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return null
  }
}

function checkSignature(signature: PackageSignature, trusted: TrustedKey, message: Buffer): VerifyResult | null {
  const { keyId } = signature
  const key = readPublicKey(trusted.publicKey)
  if (key === null) return refuse('weak-key', `The key ${keyId} is of small order, not canonical, or no key at all.`)
  if (keyIdOf(trusted.publicKey) !== keyId) return refuse('unknown-key', `The key listed as ${keyId} is another one.`)
  const bytes = strictBase64(signature.signature)
  if (bytes === null || bytes.length !== 64) return refuse('malformed', `The signature by ${keyId} is not 64 bytes.`)
  if (!isCanonicalSignature(bytes) || !verify(null, message, key, bytes))
    return refuse('bad-signature', `The signature by ${keyId} does not hold.`)
  return null
}

function refuse(reason: VerifyRefusal, message: string): VerifyResult {
  return { status: 'refused', reason, message }
}
