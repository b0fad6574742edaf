import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeZip } from '@guildhall/skill-format/zip'
import { describe, expect, it } from 'vitest'
import { toolsWith } from '../../../test/tool-calls.ts'
import { useWorkspace } from '../../../test/workspace-of-test.ts'
import { workspaceLimits } from '../../workspace/workspace-path.ts'

const workspace = useWorkspace()
const zip = () =>
  toolsWith({
    granted: { tools: ['zip.list', 'zip.extract', 'zip.create'], fileSystem: true },
    workspaceDir: workspace.dir,
  })
const put = (name: string, bytes: Uint8Array | string) => writeFile(join(workspace.dir, name), bytes)

/** A zip in which every place where the first name stands holds the second one, as long as the first. */
async function renamed(from: string, to: string): Promise<Buffer> {
  const bytes = await writeZip([[from, Buffer.from('x')]])
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1')
}

/** A zip whose only entry says that it is a link. */
async function withLink(): Promise<Buffer> {
  const bytes = Buffer.from(await writeZip([['link', Buffer.from('/etc/passwd')]]))
  const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
  bytes.writeUInt32LE(0o120777 * 0x10000, directory + 38)
  return bytes
}

describe('the zip tools', () => {
  it('pack, list and unpack', async () => {
    await mkdir(join(workspace.dir, 'in/deep'), { recursive: true })
    await put('in/a.txt', 'aaa')
    await put('in/deep/b.bin', Buffer.from([0, 255]))
    await put('c.txt', '')
    const call = zip()
    expect(await call('zip.create', { paths: ['in', 'c.txt', 'in/a.txt'], to: 'out.zip' })).toMatchObject({
      data: { path: 'out.zip', files: 3 },
    })
    expect(await call('zip.list', { path: 'out.zip' })).toMatchObject({
      data: [
        { path: 'c.txt', sizeBytes: 0 },
        { path: 'in/a.txt', sizeBytes: 3 },
        { path: 'in/deep/b.bin', sizeBytes: 2 },
      ],
    })
    expect(await call('zip.extract', { path: 'out.zip', to: 'again' })).toMatchObject({
      data: ['again/c.txt', 'again/in/a.txt', 'again/in/deep/b.bin'],
    })
    expect(await readFile(join(workspace.dir, 'again/in/deep/b.bin'))).toEqual(Buffer.from([0, 255]))
  })

  it.each(['../../evil', '/etc/evilx', '..\\..\\evil', 'C:/evil.tx', 'a/../../ev', 'a\0bbbbbbbb'])(
    'refuse an entry named %j',
    async (name) => {
      await put('bad.zip', await renamed('n'.repeat(name.length), name))
      for (const tool of ['zip.list', 'zip.extract'])
        expect(await zip()(tool, { path: 'bad.zip' })).toMatchObject({ errorType: 'input_invalid' })
    },
  )

  it('refuse a link, and what is no archive', async () => {
    await put('link.zip', await withLink())
    await put('none.zip', 'PK nothing')
    await put('empty.zip', '')
    for (const path of ['link.zip', 'none.zip', 'empty.zip'])
      expect(await zip()('zip.extract', { path, to: 'x' })).toMatchObject({ errorType: 'input_invalid' })
    expect(await lstat(join(workspace.dir, 'x')).catch(() => null)).toBe(null)
  })

  it('refuse an archive that unpacks to too much', async () => {
    await put('many.zip', await writeZip(Array.from({ length: 257 }, (_, i) => [`f${i}`, Buffer.of(i % 256)] as const)))
    await put('large.zip', await writeZip([['f', Buffer.alloc(workspaceLimits.fileBytes + 1, 'abcdefgh')]]))
    for (const path of ['many.zip', 'large.zip'])
      expect(await zip()('zip.extract', { path, to: 'x' })).toMatchObject({ errorType: 'too_large' })
  })

  it('write nothing where the files do not fit into the workspace together', async () => {
    const files = Array.from({ length: 200 }, (_, i) => [`f${i}`, Buffer.of(1)] as const)
    await put('a.zip', await writeZip(files))
    const call = zip()
    expect(await call('zip.extract', { path: 'a.zip', to: 'one' })).toMatchObject({ success: true })
    expect(await call('zip.extract', { path: 'a.zip', to: 'two' })).toMatchObject({ errorType: 'quota_exceeded' })
    expect(await lstat(join(workspace.dir, 'two')).catch(() => null)).toBe(null)
  })

  it('neither read nor write outside of the workspace', async () => {
    await put('a.zip', await writeZip([['f', Buffer.of(1)]]))
    const call = zip()
    expect(await call('zip.extract', { path: 'a.zip', to: '../x' })).toMatchObject({ errorType: 'input_invalid' })
    expect(await call('zip.create', { paths: ['/etc'], to: 'b.zip' })).toMatchObject({ errorType: 'input_invalid' })
    expect(await call('zip.create', { paths: ['a.zip'], to: '../b.zip' })).toMatchObject({ errorType: 'input_invalid' })
  })
})
