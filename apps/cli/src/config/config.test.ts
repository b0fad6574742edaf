import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forgetCredential, readCredential, saveCredential } from './credentials.ts'
import { pinConflict } from './trusted-keys.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-config-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const credential = (token: string) => ({ token, keyId: null, handle: 'acme', savedAt: '2026-01-01T00:00:00.000Z' })

describe('credentials', () => {
  it('are kept per registry in a file that only its owner can read', async () => {
    const folder = join(root, 'guildhall')
    await saveCredential(folder, 'http://a', credential('one'))
    await saveCredential(folder, 'http://b', credential('two'))
    await forgetCredential(folder, 'http://a')
    expect(await readCredential(folder, 'http://a')).toBeNull()
    expect(await readCredential(folder, 'http://b')).toMatchObject({ token: 'two' })
    expect((await stat(join(folder, 'credentials.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(await readdir(folder)).toEqual(['credentials.json'])
  })

  it('that are damaged are named, not overwritten', async () => {
    await writeFile(join(root, 'credentials.json'), '{"version": 1')
    await expect(saveCredential(root, 'http://a', credential('x'))).rejects.toMatchObject({
      where: join(root, 'credentials.json'),
      remedy: 'Correct it, or delete it.',
    })
  })
})

describe('pinned keys', () => {
  const key = (keyId: string, publicKey = `${keyId}=`) => ({ keyId, publicKey })

  it('hold as long as the registry offers exactly them', () => {
    expect(pinConflict([key('a'), key('b')], [key('b'), key('a')])).toBeNull()
    expect(pinConflict([key('a')], [key('a', 'other')])).toContain('is not the one')
    expect(pinConflict([key('a')], [key('a'), key('b')])).toContain('b is new')
    expect(pinConflict([key('a')], [key('b')])).toContain('b is new')
    expect(pinConflict([key('a'), key('b')], [key('a')])).toContain('b is not offered')
  })
})
