import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keyIdOf } from '@guildhall/skill-format'
import { ConfigError } from '../config/config.ts'

export interface ServerKeys {
  /** Signs sessions and tokens. */
  secret: string
  signing: { keyId: string; privateKey: KeyObject; publicKey: string }
}

/** What the file holds, or what `make` gives, written once with rights for its owner only. */
async function readOrMake(path: string, make: () => string): Promise<string> {
  const existing = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (existing !== null && existing !== '') return existing
  const made = make()
  const file = await open(path, 'w', 0o600)
  await file.writeFile(made)
  await file.sync()
  await file.close()
  return made
}

function privateKeyIn(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem)
  } catch {
    return null
  }
}

function signingKeyFrom(pem: string, source: string): ServerKeys['signing'] {
  const privateKey = privateKeyIn(pem)
  if (privateKey?.asymmetricKeyType !== 'ed25519')
    throw new ConfigError(`${source} must be an Ed25519 private key in PEM (PKCS #8).`)
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
  return { privateKey, keyId: keyIdOf(publicKey), publicKey }
}

/** The keys of this server: from the environment, else from files that the first start makes. Throws ConfigError for a signing key that is none. */
export async function loadKeys(
  folder: string,
  given: { secret: string | null; signingKey: string | null },
): Promise<ServerKeys> {
  const newPem = (): string =>
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const secret = given.secret ?? (await readOrMake(join(folder, 'secret'), () => randomBytes(48).toString('base64url')))
  if (given.signingKey !== null) {
    return { secret, signing: signingKeyFrom(given.signingKey.replaceAll('\\n', '\n'), 'GUILDHALL_SIGNING_KEY') }
  }
  const file = join(folder, 'signing-key.pem')
  return { secret, signing: signingKeyFrom(await readOrMake(file, newPem), `The file ${file}`) }
}
