import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import type { SignatureEnvelope } from '@guildhall/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentDigest, SIGNATURE_PATH } from '../content-digest.ts'
import { packSkill } from '../pack-skill.ts'
import { formatEnvelope } from './envelope-text.ts'
import { PackageError } from '../package-error.ts'
import type { PackageFiles } from '../package-files.ts'
import { unpackArchive } from '../archive/unpack-archive.ts'
import { generateSigningKey, keyIdOf, readPublicKey } from './ed25519-key.ts'
import { signPackage } from './sign-package.ts'
import { readEnvelope, type VerifyInput, type VerifyResult, verifyPackage } from './verify-package.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const files: PackageFiles = new Map([
  ['SKILL.md', encode('---\nname: a\ndescription: d\n---\nBody.\n')],
  ['scripts/run.sh', encode('#!/bin/sh\necho hello\n')],
  ['empty.txt', new Uint8Array()],
])
const release = { fullName: '@acme/a', version: '1.2.3' }

// A fixed key, so that a failure is the same failure every time. RFC 8032, section 7.1, test 1.
const privateKey = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
})
const publicKey = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex').toString(
  'base64',
)
const trusted = { keyId: keyIdOf(publicKey), publicKey }

function signed(of: PackageFiles = files): SignatureEnvelope {
  const digest = contentDigest({ ...release, files: of })
  return signPackage({ ...release, privateKey, keyId: trusted.keyId, digest })
}

function verifyWith(change: Partial<VerifyInput>): VerifyResult {
  return verifyPackage({ ...release, files, envelope: signed(), trustedKeys: [trusted], ...change })
}

const reasonOf = (result: VerifyResult): string => (result.status === 'ok' ? 'ok' : result.reason)

function withSignature(change: Partial<SignatureEnvelope['signatures'][number]>): SignatureEnvelope {
  const envelope = signed()
  return { ...envelope, signatures: envelope.signatures.map((one) => ({ ...one, ...change })) }
}

test('an untouched package verifies, also after it was packed and unpacked', async () => {
  const bytes = await packSkill({ files, kind: 'instructions', name: 'a', envelope: signed() })
  const unpacked = await unpackArchive(bytes)
  expect(verifyWith({ files: unpacked, envelope: readEnvelope(unpacked) })).toEqual({
    status: 'ok',
    digest: contentDigest({ ...release, files }),
    keyIds: [trusted.keyId],
  })
})

test('the digest is the one that SKILL-PACKAGE.md describes', () => {
  // Computed by hand: printf 'guildhall-package-v1\n@acme/a\n1.2.3\n<sha256> 1 a.txt\n' | sha256sum
  const digest = contentDigest({ ...release, files: new Map([['a.txt', encode('x')]]) })
  expect(digest).toBe('4b6dd573f4c42480f83abe6874ce5671ecc83e913d01de81cbc385d0ec3e59a7')
})

test('the platform signs the same thing the same way every time', () => {
  expect(signed()).toEqual(signed())
})

test('changing any single byte of any file is noticed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('SKILL.md', 'scripts/run.sh'),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (path, at, by) => {
        const bytes = Uint8Array.from(files.get(path) ?? [])
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ by
        expect(reasonOf(verifyWith({ files: new Map([...files, [path, bytes]]) }))).toBe('digest-mismatch')
      },
    ),
  )
})

test('changing any single byte of the signature is noticed', () => {
  fc.assert(
    fc.property(fc.nat(63), fc.integer({ min: 1, max: 255 }), (place, by) => {
      const bytes = Buffer.from(signed().signatures[0]?.signature ?? '', 'base64')
      bytes.writeUInt8(bytes.readUInt8(place) ^ by, place)
      const envelope = withSignature({ signature: bytes.toString('base64') })
      expect(reasonOf(verifyWith({ envelope }))).toBe('bad-signature')
    }),
  )
})

test('changing any single byte of signature.sig never leads to another verdict than refusal or the same package', () => {
  const text = Buffer.from(formatEnvelope(signed()), 'utf8')
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (place, by) => {
      const copy = Buffer.from(text)
      copy.writeUInt8(copy.readUInt8(place) ^ by, place)
      const result = tamperedEnvelope(new Map([...files, [SIGNATURE_PATH, Uint8Array.from(copy)]]))
      // White space, and who the signer says it is, carry no trust.
      const isHarmless = result.status === 'ok' && result.digest === contentDigest({ ...release, files })
      expect(result.status === 'refused' || isHarmless).toBe(true)
    }),
    { numRuns: 400 },
  )
})

function tamperedEnvelope(tampered: PackageFiles): VerifyResult {
  try {
    return verifyWith({ files: tampered, envelope: readEnvelope(tampered) })
  } catch (error) {
    if (error instanceof PackageError) return { status: 'refused', reason: 'malformed', message: error.message }
    throw error
  }
}

const tamperedPackages: [string, (of: PackageFiles) => PackageFiles][] = [
  ['a file added', (of) => new Map([...of, ['evil.sh', encode('x')]])],
  ['an empty file added', (of) => new Map([...of, ['evil', new Uint8Array()]])],
  ['a file taken away', (of) => new Map([...of].filter(([path]) => path !== 'empty.txt'))],
  ['a file renamed', (of) => new Map([...of].map(([path, bytes]) => [path.replace('run', 'go'), bytes]))],
  ['a file in other case', (of) => new Map([...of].map(([path, bytes]) => [path.replace('SKILL', 'skill'), bytes]))],
  ['a file moved up', (of) => new Map([...of].map(([path, bytes]) => [path.replace('scripts/', ''), bytes]))],
  ['a name in another Unicode form', (of) => new Map([...of].map(([path, bytes]) => [path.replace('r', 'ｒ'), bytes]))],
  [
    'two contents swapped',
    (of) => new Map([...of, ['empty.txt', of.get('scripts/run.sh') ?? encode('')], ['scripts/run.sh', encode('')]]),
  ],
  ['a line end added', (of) => new Map([...of].map(([path, bytes]) => [path, Uint8Array.from([...bytes, 10])]))],
  ['nothing left', () => new Map()],
  [
    'a name that forges a line of the list',
    (of) => new Map([...[...of].filter(([path]) => path !== 'empty.txt'), ['empty.txt\n0 0 x', new Uint8Array()]]),
  ],
  ['a second signature file', (of) => new Map([...of, ['docs/signature.sig', encode('{}')]])],
]

test.each(tamperedPackages)('a package with %s does not verify', (_, tamper) => {
  expect(reasonOf(verifyWith({ files: tamper(files) }))).toBe('digest-mismatch')
})

test('what stands in signature.sig is no part of the content', () => {
  const withSig = new Map([...files, [SIGNATURE_PATH, encode('anything')]])
  expect(contentDigest({ ...release, files: withSig })).toBe(contentDigest({ ...release, files }))
})

const evil = generateSigningKey()
const otherRelease = { fullName: '@acme/b', version: '1.2.3' }

const tamperedEnvelopes: [string, unknown, string][] = [
  ['nothing at all', null, 'malformed'],
  ['an empty object', {}, 'malformed'],
  ['no signatures', { ...signed(), signatures: [] }, 'malformed'],
  ['another format', { ...signed(), format: 'guildhall-signature-v2' }, 'malformed'],
  ['another algorithm', { ...signed(), signatures: [{ ...signed().signatures[0], algorithm: 'none' }] }, 'malformed'],
  ['a short signature', withSignature({ signature: Buffer.alloc(63).toString('base64') }), 'malformed'],
  ['an empty signature', withSignature({ signature: '' }), 'malformed'],
  ['a signature of zeros', withSignature({ signature: Buffer.alloc(64).toString('base64') }), 'bad-signature'],
  ['another name', { ...signed(), fullName: '@acme/b' }, 'wrong-name'],
  ['another version', { ...signed(), version: '1.2.4' }, 'wrong-name'],
  [
    'the digest of other files',
    { ...signed(), digest: contentDigest({ ...release, files: new Map() }) },
    'digest-mismatch',
  ],
  [
    'the signature of another key',
    signPackage({ ...signed(), privateKey: evil.privateKey, keyId: evil.keyId }),
    'unknown-key',
  ],
  [
    'another key under a trusted id',
    signPackage({ ...signed(), privateKey: evil.privateKey, keyId: trusted.keyId }),
    'bad-signature',
  ],
  [
    'a true signature over another release',
    {
      ...signed(),
      signatures: signPackage({
        ...otherRelease,
        privateKey,
        keyId: trusted.keyId,
        digest: contentDigest({ ...otherRelease, files }),
      }).signatures,
    },
    'bad-signature',
  ],
  [
    'a good signature and a bad one by the same trusted key',
    {
      ...signed(),
      signatures: [
        ...signed().signatures,
        ...withSignature({ signature: Buffer.alloc(64).toString('base64') }).signatures,
      ],
    },
    'bad-signature',
  ],
]

test.each(tamperedEnvelopes)('an envelope with %s is refused', (_, envelope, reason) => {
  expect(reasonOf(verifyWith({ envelope }))).toBe(reason)
})

test('a signature by a key that is unknown here does not spoil one that is trusted', () => {
  const both = [
    ...signed().signatures,
    ...signPackage({ ...signed(), privateKey: evil.privateKey, keyId: evil.keyId }).signatures,
  ]
  expect(reasonOf(verifyWith({ envelope: { ...signed(), signatures: both } }))).toBe('ok')
})

test('a trusted list that names another key under this id trusts nobody', () => {
  expect(reasonOf(verifyWith({ trustedKeys: [{ keyId: trusted.keyId, publicKey: evil.publicKey }] }))).toBe(
    'unknown-key',
  )
  expect(reasonOf(verifyWith({ trustedKeys: [] }))).toBe('unknown-key')
})

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

test('the same signature with its scalar raised by the order of the group is refused', () => {
  const bytes = Buffer.from(signed().signatures[0]?.signature ?? '', 'base64')
  const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + ORDER
  Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 32)
  expect(reasonOf(verifyWith({ envelope: withSignature({ signature: bytes.toString('base64') }) }))).toBe(
    'bad-signature',
  )
})

const weakKeys: [string, string][] = [
  ['identity', '0100000000000000000000000000000000000000000000000000000000000000'],
  ['identity with the sign bit', '0100000000000000000000000000000000000000000000000000000000000080'],
  ['order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['order 2 with the sign bit', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'],
  ['order 4', '0000000000000000000000000000000000000000000000000000000000000000'],
  ['order 4, negative', '0000000000000000000000000000000000000000000000000000000000000080'],
  ['order 8, first', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['order 8, first, negative', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
  ['order 8, second', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['order 8, second, negative', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
  ['y = p, not canonical', 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['y = p + 1, not canonical', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['y = 2^255 - 1, not canonical', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
]

test.each(weakKeys)('a key at the point "%s" is refused even where a signature by it would verify', (_, hex) => {
  const weak = Buffer.from(hex, 'hex').toString('base64')
  expect(readPublicKey(weak)).toBeNull()
  const keyId = keyIdOf(weak)
  // R of small order and S = 0: under these keys Node accepts this over some messages, or over all.
  const forged = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(32)]).toString('base64')
  const envelope = withSignature({ keyId, signature: forged })
  expect(reasonOf(verifyWith({ envelope, trustedKeys: [{ keyId, publicKey: weak }] }))).toBe('weak-key')
})

test('fresh keys are usable, and a key id names its key', () => {
  const key = generateSigningKey()
  expect(key.keyId).toMatch(/^ed25519:[0-9a-f]{16}$/)
  expect(keyIdOf(key.publicKey)).toBe(key.keyId)
  expect(readPublicKey(key.publicKey)?.asymmetricKeyType).toBe('ed25519')
  const der = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' })
  expect(() => keyIdOf(der.toString('base64'))).toThrow('not 32 bytes')
})
