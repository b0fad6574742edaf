import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { PackageError } from '../package-error.ts'

export interface SigningKey {
  privateKey: KeyObject
  /** The raw 32 bytes, base64. */
  publicKey: string
  /** As `keyIdOf`. */
  keyId: string
}

/** The RFC 8410 wrapping of a raw Ed25519 public key. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_BYTES = 32
const FIELD_PRIME = 2n ** 255n - 19n
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/**
 * The y coordinates, little-endian, of the eight points of small order: identity, order 2, order 4 and the order-8 points.
 * Under such a key anybody can make signatures that verify. RFC 8032, section 5.1.
 */
const SMALL_ORDER_Y: readonly string[] = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]

/** Makes a fresh Ed25519 key pair from the system's randomness. */
export function generateSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES).toString('base64')
  return { privateKey, publicKey: raw, keyId: keyIdOf(raw) }
}

/** `ed25519:` and the first 16 hexadecimal digits of the SHA-256 of the raw key (base64). Throws `signature.weak-key`. */
export function keyIdOf(publicKey: string): string {
  const raw = rawKey(publicKey)
  if (raw === null) throw new PackageError('signature.weak-key', { detail: 'not 32 bytes in base64' })
  return `ed25519:${createHash('sha256').update(raw).digest('hex').slice(0, 16)}`
}

/**
 * Reads a raw public key (base64) for verifying; null where it is not 32 bytes, not the one canonical form of its point, or
 * a point of small order. Node's own verify takes all of these.
 */
export function readPublicKey(publicKey: string): KeyObject | null {
  const raw = rawKey(publicKey)
  if (raw === null) return null
  const y = Buffer.from(raw)
  y.writeUInt8(y.readUInt8(KEY_BYTES - 1) & 0x7f, KEY_BYTES - 1)
  if (littleEndian(y) >= FIELD_PRIME || SMALL_ORDER_Y.includes(y.toString('hex'))) return null
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
}

/** The scalar half of a signature is below the order of the group, so that a signature has only one form. */
export function isCanonicalSignature(signature: Uint8Array): boolean {
  return signature.length === 64 && littleEndian(signature.subarray(32)) < GROUP_ORDER
}

/** Decodes base64 that has only one form; null for anything looser. */
export function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

function rawKey(publicKey: string): Buffer | null {
  const raw = strictBase64(publicKey)
  return raw?.length === KEY_BYTES ? raw : null
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}
