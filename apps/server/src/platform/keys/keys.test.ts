import { generateKeyPairSync, sign, verify, createPublicKey } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyIdOf } from '@guildhall/skill-format'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../config/config.ts'
import { loadKeys } from './keys.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-keys-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const nothing = { secret: null, signingKey: null }
const pemOf = (type: 'ed25519' | 'x25519'): string => {
  const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

describe('keys that the first start makes', () => {
  test('are the same at every later start, and readable by their owner only', async () => {
    const first = await loadKeys(folder, nothing)
    const second = await loadKeys(folder, nothing)
    expect(second.secret).toBe(first.secret)
    expect(second.signing.keyId).toBe(first.signing.keyId)
    expect(first.secret.length).toBeGreaterThanOrEqual(32)
    for (const name of ['secret', 'signing-key.pem']) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
    }
  })

  test('name the public half of what they sign with', async () => {
    const { signing } = await loadKeys(folder, nothing)
    expect(signing.keyId).toBe(keyIdOf(signing.publicKey))
    const message = Buffer.from('message')
    expect(verify(null, message, createPublicKey(signing.privateKey), sign(null, message, signing.privateKey))).toBe(
      true,
    )
  })

  test('a file that a crash left empty is written again', async () => {
    await writeFile(join(folder, 'secret'), '')
    const { secret } = await loadKeys(folder, nothing)
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe(secret)
  })
})

describe('keys from the environment', () => {
  test('are used, with line ends written as \\n, and leave no file', async () => {
    const pem = pemOf('ed25519')
    const given = { secret: 'x'.repeat(32), signingKey: pem.replaceAll('\n', '\\n') }
    const keys = await loadKeys(folder, given)
    expect(keys.secret).toBe(given.secret)
    expect(keys.signing.privateKey.export({ format: 'pem', type: 'pkcs8' })).toBe(pem)
    await expect(stat(join(folder, 'signing-key.pem'))).rejects.toThrow('ENOENT')
  })

  test.each([
    ['no key at all', 'nonsense'],
    ['a key of another kind', pemOf('x25519')],
  ])('%s is refused by the name of the variable', async (_, signingKey) => {
    const loading = loadKeys(folder, { secret: null, signingKey })
    await expect(loading).rejects.toThrow(ConfigError)
    await expect(loading).rejects.toThrow(/^GUILDHALL_SIGNING_KEY must be [^\n]+$/)
  })

  test('a broken key file is refused by its path', async () => {
    await writeFile(join(folder, 'signing-key.pem'), 'nonsense')
    await expect(loadKeys(folder, nothing)).rejects.toThrow(join(folder, 'signing-key.pem'))
  })
})
