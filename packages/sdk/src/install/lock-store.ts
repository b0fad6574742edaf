import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { emptyLock, type LockedSkill, parseLock } from '@guildhall/skill-format/install'

/** The lock file as it is; null where there is none. */
export function readLockText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

/** The installed skills; none where there is no lock file. Throws `lock.invalid`. */
export async function readLock(file: string): Promise<LockedSkill[]> {
  const text = await readLockText(file)
  return (text === null ? emptyLock : parseLock(text)).skills
}

/** Replaces the lock file in one step. For whoever holds the lock only: the name beside it is always the same. */
export async function writeLockText(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`
  try {
    await writeFile(fresh, text)
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}
