import { execFile } from 'node:child_process'
import { link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ToolFailure } from '../broker/tool.ts'
import {
  listWorkspace,
  parseWorkspacePath,
  readWorkspaceFile,
  workspaceLimits,
  writeWorkspaceFile,
} from './workspace-files.ts'

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
    'refuses %j for reading and writing',
    async (path) => {
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
    expect(await listWorkspace(dir, '')).toEqual([])
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
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
    await expect(writeWorkspaceFile(dir, 'big', new Uint8Array(fileBytes + 1))).rejects.toMatchObject({
      errorType: 'too_large',
    })
    for (let i = 0; i < totalBytes / fileBytes; i++) await writeWorkspaceFile(dir, `f${i}`, new Uint8Array(fileBytes))
    await expect(writeWorkspaceFile(dir, 'one-more', bytes('x'))).rejects.toMatchObject({ errorType: 'quota_exceeded' })
    await writeWorkspaceFile(dir, 'f0', bytes('smaller'))
    await writeWorkspaceFile(dir, 'one-more', bytes('x'))
    for (let i = 0; i < files; i++) await writeFile(join(dir, `n${i}`), '')
    await expect(writeWorkspaceFile(dir, 'too-many', bytes(''))).rejects.toMatchObject({ errorType: 'quota_exceeded' })
  })
})
