import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hostMark, isOrphaned, makeSandboxDir } from './host-mark.ts'

/** The mark of a process that has ended, as it would have made it itself. */
function markOfTheDead(): string {
  const { pid } = spawnSync(process.execPath, ['--version'])
  return hostMark().replace(/-\d+-(\d+)-$/, `-${pid}-$1-`)
}

describe('the mark of a host', () => {
  it('is not orphaned while its process lives', () => {
    expect(isOrphaned(`${hostMark()}0`)).toBe(false)
  })

  it('is orphaned when its process has ended, also if another one has its number now', () => {
    expect(isOrphaned(`${markOfTheDead()}0`)).toBe(true)
    expect(isOrphaned(`${hostMark().replace(/-\d+-$/, '-1-')}0`)).toBe(true)
  })

  it.each(['guildhall-sandbox-abc123', 'guildhall-sandbox-1-2-3', 'elsewhere', 'guildhall-sandbox-0-1-1-x'])(
    'says nothing about %s, which is not ours for certain',
    (name) => {
      expect(isOrphaned(name)).toBe(false)
    },
  )

  it('gives a folder that nobody else may look into, and removes those of the dead', async () => {
    const orphan = join(tmpdir(), `${markOfTheDead()}abc`)
    await mkdir(join(orphan, 'deep'), { recursive: true })
    const dir = await makeSandboxDir()
    expect(existsSync(orphan)).toBe(false)
    expect((await stat(dir)).mode & 0o067).toBe(0)
    await rm(dir, { recursive: true })
  })
})
