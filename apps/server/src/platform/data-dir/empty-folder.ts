import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes a folder that is its owner's alone, and takes away what a process left in it that was killed. Only at the start, when nothing uses it. */
export async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder))
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 })
}
