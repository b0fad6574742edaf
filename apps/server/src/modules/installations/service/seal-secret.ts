import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Which value of which installation is sealed: bound to it, so that it opens nowhere else. */
export interface SecretPlace {
  installationId: string
  name: string
}

/** Seals values for the database and opens them again. */
export interface SecretSeal {
  seal(place: SecretPlace, value: string): string
  /** Null where it was sealed for another place or by another server's secret, or was changed. */
  open(place: SecretPlace, sealed: string): string | null
}

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FORMAT = 'v1.'
/** What the key is for, so that no other use of the server's secret has the same one. */
const PURPOSE = 'guildhall secrets of installations v1'

const boundTo = ({ installationId, name }: SecretPlace): Buffer => Buffer.from(`${installationId}\n${name}`)

/**
 * AES-256-GCM (NIST SP 800-38D) with a fresh nonce for each value, under a key derived from the server's secret by HKDF-SHA-256 (RFC 5869).
 * The text is `v1.` and base64url of nonce, tag and content.
 */
export function createSecretSeal(serverSecret: string): SecretSeal {
  const key = Buffer.from(hkdfSync('sha256', serverSecret, '', PURPOSE, KEY_BYTES))
  return {
    seal(place, value) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(place))
      const content = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
      return FORMAT + Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64url')
    },
    open(place, sealed) {
      const bytes = Buffer.from(sealed.slice(FORMAT.length), 'base64url')
      if (!sealed.startsWith(FORMAT) || bytes.length < NONCE_BYTES + TAG_BYTES) return null
      const nonce = bytes.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(place))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return null
      }
    },
  }
}
