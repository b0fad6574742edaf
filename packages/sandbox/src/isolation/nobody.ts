import { existsSync } from 'node:fs'
import { lchown, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** The user and the group that own nothing. */
export const NOBODY = 65534

/** Whether this process is root, for whose guests it matters who the kernel thinks they are. */
export const isRoot = (): boolean => process.getuid?.() === 0

/** The program that starts another one as somebody else (of util-linux). Null where it is not installed. */
export function findSetpriv(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin'].filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, 'setpriv')).find((path) => existsSync(path)) ?? null
}

/** What goes before a command so that it runs as nobody. */
export function asNobody(setprivPath: string): string[] {
  return [setprivPath, `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--']
}

/** Gives a folder, and all in it, to nobody. Follows no link. Rejects with what the system says. */
export async function giveToNobody(dir: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  await lchown(dir, NOBODY, NOBODY)
  await Promise.all(entries.map((entry) => lchown(join(entry.parentPath, entry.name), NOBODY, NOBODY)))
}
