import { lstat, mkdir } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { InstallProblem } from './install-problem.ts'

/** What is at a path, without following links. */
export async function kindAt(path: string): Promise<'nothing' | 'folder' | 'link' | 'file'> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  })
  if (found === null) return 'nothing'
  if (found.isSymbolicLink()) return 'link'
  return found.isDirectory() ? 'folder' : 'file'
}

/** Every folder from just below `root` down to `path`. Throws where `path` is not below it. */
function stepsBelow(root: string, path: string): string[] {
  const below = relative(root, path)
  if (below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below))
    throw new InstallProblem('target.outside', path)
  let step = root
  return below.split(sep).map((name) => {
    step = join(step, name)
    return step
  })
}

/** Refuses a path that leads through a link or a file anywhere below its root. */
export async function refuseLinks(root: string, path: string): Promise<void> {
  for (const step of stepsBelow(root, path)) {
    const kind = await kindAt(step)
    if (kind === 'nothing') return
    if (kind === 'link') throw new InstallProblem('target.link', step)
    if (kind === 'file') throw new InstallProblem('target.not-a-folder', step)
  }
}

/** The folders down to `path` that are not there yet, the highest first. */
export async function missingFolders(root: string, path: string): Promise<string[]> {
  const missing: string[] = []
  for (const step of stepsBelow(root, path)) if ((await kindAt(step)) === 'nothing') missing.push(step)
  return missing
}

/** Makes the folders down to `path`, none of them through a link. */
export async function makeFolders(root: string, path: string): Promise<void> {
  await refuseLinks(root, path)
  await mkdir(path, { recursive: true })
  await refuseLinks(root, path)
}
