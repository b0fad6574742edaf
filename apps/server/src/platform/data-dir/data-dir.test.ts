import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DataDirError, openDataDir } from './data-dir.ts'

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'guildhall-data-dir-'))
})
afterEach(() => rm(parent, { recursive: true, force: true }))

const lockOf = (dir: string): string => join(dir, 'server.lock')
const hold = (holder: unknown): Promise<void> => writeFile(lockOf(parent), JSON.stringify(holder))

/** The pid of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

describe('opening', () => {
  test('makes the folder, and folders below it, for their owner only', async () => {
    const dir = await openDataDir(join(parent, 'a/b'))
    const blobs = await dir.folder('blobs')
    expect(blobs).toBe(join(parent, 'a/b/blobs'))
    for (const path of [dir.path, blobs]) expect((await stat(path)).mode & 0o777).toBe(0o700)
    await dir.release()
  })

  test('a folder below a regular file is refused with what to set', async () => {
    const file = join(parent, 'file')
    await writeFile(file, '')
    await expect(openDataDir(join(file, 'data'))).rejects.toThrow(
      /^The data folder .+ cannot be written \(.*ENOTDIR.*\)\. Set GUILDHALL_DATA_DIR to a folder of yours\.$/,
    )
  })
})

describe('the lock', () => {
  test('a second holder is refused in one line that names the first', async () => {
    const dir = await openDataDir(parent)
    const refusal = await openDataDir(parent).catch((error: unknown) => error)
    if (!(refusal instanceof DataDirError)) throw new Error('it was let in')
    expect(refusal.message).toContain(`process ${process.pid}`)
    expect(refusal.message).toContain('GUILDHALL_DATA_DIR')
    expect(refusal.message).not.toContain('\n')
    await dir.release()
  })

  test('is free again after release', async () => {
    await (await openDataDir(parent)).release()
    await (await openDataDir(parent)).release()
    await expect(readFile(lockOf(parent))).rejects.toThrow('ENOENT')
  })

  test('of a process that has ended is taken over', async () => {
    await hold({ pid: deadPid(), startedTicks: null })
    const dir = await openDataDir(parent)
    expect(JSON.parse(await readFile(lockOf(parent), 'utf8'))).toMatchObject({ pid: process.pid })
    await dir.release()
  })

  test('of a living process holds', async () => {
    await hold({ pid: process.ppid, startedTicks: null })
    await expect(openDataDir(parent)).rejects.toThrow(`process ${process.ppid}`)
  })

  // Only Linux tells when a process began (/proc); elsewhere a lock has no startedTicks.
  test.runIf(process.platform === 'linux')('is void where its pid belongs to another process by now', async () => {
    await hold({ pid: process.ppid, startedTicks: '1' })
    const dir = await openDataDir(parent)
    expect(JSON.parse(await readFile(lockOf(parent), 'utf8'))).toMatchObject({ pid: process.pid })
    await dir.release()
  })

  test.runIf(process.platform === 'linux')('remembers when its holder began', async () => {
    const dir = await openDataDir(parent)
    const { startedTicks } = JSON.parse(await readFile(lockOf(parent), 'utf8'))
    expect(readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(' ')).toContain(startedTicks)
    await dir.release()
  })

  test.each(['', '{', '{"pid":"one"}', '[]'])('with the content %j was never whole and is taken over', async (text) => {
    await writeFile(lockOf(parent), text)
    const dir = await openDataDir(parent)
    expect(JSON.parse(await readFile(lockOf(parent), 'utf8'))).toMatchObject({ pid: process.pid })
    await dir.release()
  })
})
