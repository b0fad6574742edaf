import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { NotAScriptError } from './script-command.ts'

/** A path of a package that stays below it. Packages are checked when they are published; drafts and callers may be careless. */
function isInner(path: string): boolean {
  return (
    path !== '' &&
    !path.startsWith('/') &&
    !/[\0\\]/.test(path) &&
    normalize(path) === path &&
    !/^\.\.(\/|$)/.test(path)
  )
}

/** Writes the files of a package into a new folder, so that anybody may read and run them. Throws NotAScriptError for a path that leads out. */
export async function writePackage(packageDir: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(packageDir, { recursive: true, mode: 0o755 })
  for (const [path, bytes] of files) {
    if (!isInner(path))
      throw new NotAScriptError(`The package has a file ${JSON.stringify(path)}, which leads out of it`)
    const target = join(packageDir, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o755 })
    await writeFile(target, bytes, { flag: 'wx', mode: 0o755 })
  }
}
