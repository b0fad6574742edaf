import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toolsWith } from '../../../test/tool-calls.ts'
import { workspaceLimits } from '../../workspace/workspace-path.ts'

let workspaceDir: string
beforeEach(async () => {
  workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
})
afterEach(() => rm(workspaceDir, { recursive: true }))

const files = () => toolsWith({ granted: { fileSystem: true }, workspaceDir })

describe('the file tools', () => {
  it('write, stat, read and delete a file', async () => {
    const call = files()
    expect(await call('file.write', { path: 'a/b.txt', content: 'grüß' })).toMatchObject({ data: { sizeBytes: 6 } })
    expect(await call('file.write', { path: 'a/b.txt', content: '!', offset: 'end' })).toMatchObject({
      data: { sizeBytes: 7 },
    })
    expect(await call('file.stat', { path: 'a/b.txt' })).toMatchObject({ data: { kind: 'file', sizeBytes: 7 } })
    expect(await call('file.read', { path: 'a/b.txt' })).toMatchObject({ data: 'grüß!' })
    expect(await call('file.delete', { path: 'a', recursive: true })).toMatchObject({ data: true })
    expect(await call('file.delete', { path: 'a' })).toMatchObject({ data: false })
    expect(await call('file.stat', { path: 'a/b.txt' })).toMatchObject({
      errorType: 'not_found',
      recoveryOptions: ['List the workspace to see its files'],
    })
  })

  it('read a large file in parts, and say so where it is asked for whole', async () => {
    const call = files()
    const half = 'x'.repeat(workspaceLimits.answerBytes)
    await call('file.write', { path: 'big', content: half })
    await call('file.write', { path: 'big', content: `${half.slice(0, -3)}end`, offset: 'end' })
    expect(await call('file.read', { path: 'big' })).toMatchObject({
      errorType: 'too_large',
      recoveryOptions: ['Read it in parts, by offset and length'],
    })
    expect(await call('file.read', { path: 'big', offset: 2 * half.length - 3 })).toMatchObject({ data: 'end' })
    expect(await call('file.read', { path: 'big', offset: 3, length: 2 })).toMatchObject({ data: 'xx' })
  })

  it('never tell half a character as text', async () => {
    const call = files()
    await call('file.write', { path: 'u', content: 'äö' })
    expect(await call('file.read', { path: 'u', offset: 2, length: 2 })).toMatchObject({ data: 'ö' })
    expect(await call('file.read', { path: 'u', offset: 1 })).toMatchObject({ errorType: 'input_invalid' })
    expect(await call('file.read', { path: 'u', offset: 1, encoding: 'base64' })).toMatchObject({ data: 'pMO2' })
  })

  it.each([
    ['file.read', { path: 'a', offset: -1 }],
    ['file.read', { path: 'a', length: workspaceLimits.answerBytes + 1 }],
    ['file.read', { path: 'a', offset: 1.5 }],
    ['file.read', { path: 'a', offset: 2 ** 60 }],
    ['file.read', { path: '' }],
    ['file.write', { path: 'a', content: 1 }],
    ['file.write', { path: 'a', content: '', offset: 'start' }],
    ['file.write', { path: '../a', content: '' }],
    ['file.write', { path: 'a', content: 'x', offset: 1 }],
    ['file.stat', { path: '..' }],
    ['file.delete', { path: '.' }],
    ['file.delete', { path: '/etc/passwd', recursive: true }],
    ['file.list', { path: '../..' }],
    ['file.list', { path: null }],
  ])('refuse %s with %j', async (tool, args) => {
    expect(await files()(tool, args)).toMatchObject({ success: false, errorType: 'input_invalid' })
  })

  it('do not tell what a link leads to', async () => {
    await symlink('/etc', join(workspaceDir, 'etc'))
    const call = files()
    for (const [tool, path] of [
      ['file.read', 'etc/passwd'],
      ['file.stat', 'etc/passwd'],
      ['file.stat', 'etc'],
      ['file.list', 'etc'],
      ['file.delete', 'etc/passwd'],
    ] as const)
      expect(await call(tool, { path })).toMatchObject({ errorType: 'input_invalid' })
  })

  it('need reading and writing to be granted apart', async () => {
    const reader = toolsWith({ granted: { fileSystem: { read: true, write: false } }, workspaceDir })
    const writer = toolsWith({ granted: { fileSystem: { read: false, write: true } }, workspaceDir })
    for (const tool of ['file.write', 'file.delete'])
      expect(await reader(tool, { path: 'a', content: '' })).toMatchObject({ errorType: 'permission_denied' })
    for (const tool of ['file.read', 'file.stat', 'file.list'])
      expect(await writer(tool, { path: 'a' })).toMatchObject({ errorType: 'permission_denied' })
  })

  it('say so where the run has no workspace', async () => {
    const call = toolsWith({ granted: { fileSystem: true } })
    expect(await call('file.list', {})).toMatchObject({ errorType: 'not_configured' })
  })
})
