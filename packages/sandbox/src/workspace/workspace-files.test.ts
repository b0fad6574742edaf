import { execFile } from 'node:child_process'
import { link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ToolFailure } from '../broker/tool.ts'
import { deleteWorkspacePath } from './delete-path.ts'
import { listWorkspace, statWorkspacePath } from './workspace-entries.ts'
import { readWorkspaceFile, writeWorkspaceFile } from './workspace-files.ts'
import { parseWorkspacePath, workspaceLimits } from './workspace-path.ts'

let outside: string
let dir: string
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
  dir = join(outside, 'workspace')
  await mkdir(dir)
  await writeFile(join(outside, 'secret.txt'), 'secret')
})
afterEach(() => rm(outside, { recursive: true }))

const bytes = (text: string) => new TextEncoder().encode(text)
const read = async (path: string) => (await readWorkspaceFile(dir, path)).toString()

/** The segments, or null where the path is refused. */
function segmentsOf(path: string): string[] | null {
  try {
    return parseWorkspacePath(path)
  } catch (error) {
    if (error instanceof ToolFailure) return null
    throw error
  }
}

describe('the workspace of a run', () => {
  it('reads back what was written, with the folders above it', async () => {
    await writeWorkspaceFile(dir, 'a/b/c.txt', bytes('longer than the next'))
    await writeWorkspaceFile(dir, 'a/b/c.txt', bytes('short'))
    expect(await read('./a//b/c.txt')).toBe('short')
    expect(await listWorkspace(dir, '')).toEqual([
      { path: 'a', kind: 'folder', sizeBytes: 0 },
      { path: 'a/b', kind: 'folder', sizeBytes: 0 },
      { path: 'a/b/c.txt', kind: 'file', sizeBytes: 5 },
    ])
  })

  it('takes no path that could mean another place', () => {
    const part = fc.constantFrom('..', '.', '', 'a', '\\', '/', '\0', 'C:', '%2e%2e')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const segments = segmentsOf(parts.join('/'))
        return segments === null || (!segments.includes('..') && join('/root', ...segments).startsWith('/root'))
      }),
    )
    expect(segmentsOf('a/../b')).toBe(null)
  })

  it.each(['../secret.txt', '/etc/passwd', 'a/../../secret.txt', '..\\secret.txt', 'C:\\x', 'x\0', ''])(
    'refuses %j for every use',
    async (path) => {
      await expect(statWorkspacePath(dir, path)).rejects.toThrow(ToolFailure)
      await expect(deleteWorkspacePath(dir, path, { recursive: true })).rejects.toThrow(ToolFailure)
      await expect(readWorkspaceFile(dir, path)).rejects.toThrow(ToolFailure)
      await expect(writeWorkspaceFile(dir, path, bytes('x'))).rejects.toThrow(ToolFailure)
    },
  )

  it('follows no link, neither at the end of a path nor within it', async () => {
    await symlink(join(outside, 'secret.txt'), join(dir, 'link'))
    await symlink(outside, join(dir, 'folder'))
    for (const path of ['link', 'folder/secret.txt']) {
      await expect(readWorkspaceFile(dir, path)).rejects.toMatchObject({ errorType: 'input_invalid' })
      await expect(writeWorkspaceFile(dir, path, bytes('x'))).rejects.toMatchObject({ errorType: 'input_invalid' })
    }
    await expect(listWorkspace(dir, 'folder')).rejects.toMatchObject({ errorType: 'input_invalid' })
    await expect(statWorkspacePath(dir, 'link')).rejects.toMatchObject({ errorType: 'input_invalid' })
    await expect(deleteWorkspacePath(dir, 'folder/secret.txt', { recursive: false })).rejects.toThrow('through a link')
    expect(await listWorkspace(dir, '')).toEqual([])
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
  })

  it('deletes a link itself, never what it leads to, however deep it lies', async () => {
    await mkdir(join(dir, 'a/b'), { recursive: true })
    await writeFile(join(dir, 'a/b/own.txt'), '')
    await symlink(outside, join(dir, 'a/b/folder'))
    await symlink(join(outside, 'secret.txt'), join(dir, 'a/link'))
    await expect(deleteWorkspacePath(dir, 'a', { recursive: false })).rejects.toThrow('with something in it')
    expect(await deleteWorkspacePath(dir, 'a', { recursive: true })).toBe(true)
    expect(await deleteWorkspacePath(dir, 'a', { recursive: true })).toBe(false)
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
  })

  it('tells kind, size and time of what is there', async () => {
    await writeWorkspaceFile(dir, 'a/b.txt', bytes('four'))
    expect(await statWorkspacePath(dir, 'a/./b.txt')).toMatchObject({ path: 'a/b.txt', kind: 'file', sizeBytes: 4 })
    expect(await statWorkspacePath(dir, 'a')).toMatchObject({ path: 'a', kind: 'folder', sizeBytes: 0 })
    await expect(statWorkspacePath(dir, 'c')).rejects.toMatchObject({ errorType: 'not_found' })
  })

  it('reads and writes parts of a file', async () => {
    expect(await writeWorkspaceFile(dir, 'p', bytes('0123456789'))).toBe(10)
    expect(await writeWorkspaceFile(dir, 'p', bytes('ab'), 3)).toBe(10)
    expect(await writeWorkspaceFile(dir, 'p', bytes('cd'), 'end')).toBe(12)
    expect(await writeWorkspaceFile(dir, 'new', bytes('x'), 'end')).toBe(1)
    expect(await read('p')).toBe('012ab56789cd')
    const part = async (offset: number, length: number) =>
      (await readWorkspaceFile(dir, 'p', { range: { offset, length } })).toString()
    expect(await Promise.all([part(0, 2), part(10, 99), part(12, 1), part(500, 1)])).toEqual(['01', 'cd', '', ''])
    await expect(writeWorkspaceFile(dir, 'p', bytes('x'), 13)).rejects.toThrow('ends at byte 12')
    const rest = new Uint8Array(workspaceLimits.fileBytes - 11)
    await expect(writeWorkspaceFile(dir, 'p', rest, 'end')).rejects.toMatchObject({ errorType: 'too_large' })
  })

  it('refuses a second name of a file outside, without touching its content', async () => {
    await link(join(outside, 'secret.txt'), join(dir, 'hard'))
    await expect(readWorkspaceFile(dir, 'hard')).rejects.toThrow('more than one name')
    await expect(writeWorkspaceFile(dir, 'hard', bytes('x'))).rejects.toThrow('more than one name')
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
  })

  it('does not wait at a pipe, and reads no folder', async () => {
    await promisify(execFile)('mkfifo', [join(dir, 'pipe')])
    await mkdir(join(dir, 'sub'))
    await expect(readWorkspaceFile(dir, 'pipe')).rejects.toThrow('is not a file')
    await expect(readWorkspaceFile(dir, 'sub')).rejects.toThrow('is not a file')
  })

  it('says when a file or folder is not there', async () => {
    await expect(readWorkspaceFile(dir, 'gone.txt')).rejects.toMatchObject({ errorType: 'not_found' })
    await expect(readWorkspaceFile(dir, 'gone/x.txt')).rejects.toMatchObject({ errorType: 'not_found' })
    await expect(listWorkspace(dir, 'gone')).rejects.toMatchObject({ errorType: 'not_found' })
  })

  it('holds its quotas of size, total and number', async () => {
    const { fileBytes, totalBytes, files } = workspaceLimits
    const full = new Uint8Array(fileBytes)
    await expect(writeWorkspaceFile(dir, 'big', new Uint8Array(fileBytes + 1))).rejects.toMatchObject({
      errorType: 'too_large',
    })
    for (let i = 0; i < totalBytes / fileBytes; i++) await writeWorkspaceFile(dir, `f${i}`, full)
    await expect(writeWorkspaceFile(dir, 'one-more', bytes('x'))).rejects.toMatchObject({ errorType: 'quota_exceeded' })
    await writeWorkspaceFile(dir, 'f0', bytes('smaller'))
    await writeWorkspaceFile(dir, 'one-more', bytes('x'))
    const appending = writeWorkspaceFile(dir, 'f1', bytes('x'), 'end')
    await expect(appending).rejects.toMatchObject({ errorType: 'too_large' })
    for (let i = 0; i < files - 7; i++) await writeFile(join(dir, `n${i}`), '')
    await expect(writeWorkspaceFile(dir, 'a/b/c', bytes(''))).rejects.toMatchObject({ errorType: 'quota_exceeded' })
    await writeWorkspaceFile(dir, 'a/b', bytes(''))
    await expect(writeWorkspaceFile(dir, 'too-many', bytes(''))).rejects.toMatchObject({ errorType: 'quota_exceeded' })
  })
})
