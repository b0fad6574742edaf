import { readlinkSync } from 'node:fs'
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRoot, NOBODY } from './nobody.ts'
import { processStat } from './process-times.ts'

const PREFIX = 'guildhall-sandbox-'
const startedAt = (pid: number): string | undefined => processStat(pid)[19]

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    // A system without /proc.
    return '0'
  }
}

/** The beginning of the name of everything this process leaves on the system for a while: it tells who made it, even after its death. */
export function hostMark(): string {
  return `${PREFIX}${pidNamespace()}-${process.pid}-${startedAt(process.pid) ?? '0'}-`
}

/** Whether the name begins with the mark of a process that has ended for certain. */
export function isOrphaned(name: string): boolean {
  const mark = new RegExp(`^${PREFIX}(\\d+)-(\\d+)-(\\d+)-`).exec(name)
  if (mark === null) return false
  const [, namespace, pid, started] = mark
  // Of processes elsewhere, and on systems that do not tell when one began, nothing is certain.
  if (namespace !== pidNamespace() || namespace === '0') return false
  return startedAt(Number(pid)) !== started
}

/** A new folder of this process for the files of one engine. Removes those that processes left which were killed. */
export async function makeSandboxDir(): Promise<string> {
  const names = await readdir(tmpdir())
  const orphans = names.filter(isOrphaned)
  await Promise.allSettled(orphans.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })))
  const dir = await mkdtemp(join(tmpdir(), hostMark()))
  if (!isRoot()) return dir
  // Root's guests are nobody, and what is mounted for them lies in here; others on the machine see nothing of it.
  await chown(dir, 0, NOBODY)
  await chmod(dir, 0o710)
  return dir
}
