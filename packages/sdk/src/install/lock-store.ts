import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { emptyLock, formatLock, type LockedSkill, parseLock } from '@guildhall/skill-format'

/** The installed skills; none where there is no lock file. Throws `lock.invalid`. */
export async function readLock(file: string): Promise<LockedSkill[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return (text === null ? emptyLock : parseLock(text)).skills
}

/** Replaces the lock file in one step. */
export async function writeLock(file: string, skills: LockedSkill[]): Promise<void> {
  const text = formatLock({ version: 1, skills })
  const fresh = `${file}.${randomUUID()}`
  await mkdir(dirname(file), { recursive: true })
  try {
    await writeFile(fresh, text, { flag: 'wx' })
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}
