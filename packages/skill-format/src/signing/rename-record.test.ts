import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generateSigningKey, keyIdOf } from './ed25519-key.ts'
import { renameText, signRename, verifyRename, verifyRenames } from './rename-record.ts'
import { signPackage } from './sign-package.ts'

const key = generateSigningKey()
const trusted = [{ keyId: key.keyId, publicKey: key.publicKey }]
const at = '2026-01-02T03:04:05.678Z'
const rename = { from: '@acme/old', to: '@acme/new', renamedAt: at }
const record = signRename(rename, key)
const step = (from: string, to: string, by = key) => signRename({ from, to, renamedAt: at }, by)

test('the text that is signed is as documented', () => {
  expect(renameText(rename)).toBe('guildhall-rename-v1\n@acme/old\n@acme/new\n2026-01-02T03:04:05.678Z\n')
})

test('a record verifies with the key that signed it, and is the same every time', () => {
  expect(verifyRename(record, trusted)).toBe(true)
  expect(signRename(rename, key)).toEqual(record)
})

test.each<[string, object]>([
  ['another old name', { from: '@acme/older' }],
  ['another new name', { to: '@evil/new' }],
  ['the names swapped', { from: rename.to, to: rename.from }],
  ['another time', { renamedAt: '2026-01-02T03:04:05.679Z' }],
  ['another key', { keyId: generateSigningKey().keyId }],
  ['no signature', { signature: '' }],
  ['a signature in loose base64', { signature: record.signature.replace(/=+$/, '') }],
  ['a name with a line break', { from: '@acme/old\n@acme/x' }],
])('%s is refused', (_, change) => {
  expect(verifyRename({ ...record, ...change }, trusted)).toBe(false)
})

test('whatever is no record is refused', () => {
  fc.assert(
    fc.property(fc.anything(), (anything) => {
      expect(verifyRename(anything, trusted)).toBe(false)
    }),
  )
})

test('any changed bit of the signature is noticed', () => {
  fc.assert(
    fc.property(fc.nat(63), fc.integer({ min: 1, max: 255 }), (place, by) => {
      const bytes = Buffer.from(record.signature, 'base64')
      bytes.writeUInt8(bytes.readUInt8(place) ^ by, place)
      expect(verifyRename({ ...record, signature: bytes.toString('base64') }, trusted)).toBe(false)
    }),
  )
})

test('a key that is listed under another id is not believed', () => {
  const other = generateSigningKey()
  expect(verifyRename(signRename(rename, { ...other, keyId: key.keyId }), [{ ...other, keyId: key.keyId }])).toBe(false)
  expect(keyIdOf(other.publicKey)).not.toBe(key.keyId)
})

test('the signature of a release is none of a rename', () => {
  const { signatures } = signPackage({ ...key, fullName: '@acme/old', version: '@acme/new', digest: at })
  expect(verifyRename({ ...record, signature: signatures[0]?.signature }, trusted)).toBe(false)
})

test('a chain leads from the first name to the last', () => {
  const renames = [step('@a/x', '@a/y'), step('@a/y', '@b/y'), step('@b/y', '@b/z')]
  expect(verifyRenames({ from: '@a/x', to: '@b/z', renames }, trusted)).toBe(true)
  expect(verifyRenames({ from: '@a/y', to: '@b/z', renames: renames.slice(1) }, trusted)).toBe(true)
  expect(verifyRenames({ from: '@a/x', to: '@a/x', renames: [] }, trusted)).toBe(true)
})

test.each<[string, unknown[]]>([
  ['nothing', []],
  ['a gap', [step('@a/x', '@a/y'), step('@b/y', '@b/z')]],
  ['another end', [step('@a/x', '@a/y')]],
  ['another beginning', [step('@a/w', '@b/z')]],
  ['a stranger in the middle', [step('@a/x', '@a/y'), step('@a/y', '@b/z', generateSigningKey())]],
  ['a circle', [step('@a/x', '@a/y'), step('@a/y', '@a/x'), step('@a/x', '@b/z')]],
  ['something that is no record', [step('@a/x', '@a/y'), null]],
  ['more than any registry gives', Array.from({ length: 101 }, (_, i) => step(`@a/x${i}`, `@a/x${i + 1}`))],
])('a chain of %s is refused', (_, renames) => {
  expect(verifyRenames({ from: '@a/x', to: '@b/z', renames }, trusted)).toBe(false)
})
