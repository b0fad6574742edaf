import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import { workspacePathProblem } from '../rules.ts'
import type { Claim } from '../store.ts'

/** The folder of one run, which nobody but this process may enter. */
export interface Workspace {
  dir: string
  remove(): Promise<void>
}

/** Makes the folder of an attempt, or of a skill that is called in it, and puts its files in: path to blob digest. */
export async function openWorkspace(
  { blobs, workspacesDir }: { blobs: Blobs; workspacesDir: string },
  { claim, call }: { claim: Claim; call: number },
  files: Record<string, string>,
): Promise<Workspace> {
  // One per attempt: what is left of an earlier one may still be on its way out.
  const dir = join(workspacesDir, `${claim.id}-${claim.attempt}-${call}`)
  const remove = () => rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true, mode: 0o700 })
  try {
    for (const [path, sha256] of Object.entries(files)) {
      if (workspacePathProblem(path) !== null) throw new Error(`not a path of a workspace: ${path.slice(0, 256)}`)
      const bytes = await blobs.get(sha256)
      if (!bytes) throw new Error(`the file ${path} is missing among the blobs`)
      await mkdir(dirname(join(dir, path)), { recursive: true, mode: 0o700 })
      await writeFile(join(dir, path), bytes, { flag: 'wx', mode: 0o600 })
    }
  } catch (error) {
    await remove()
    throw error
  }
  // Tools refuse to go through links, so they need the folder's own name.
  return { dir: await realpath(dir), remove }
}
