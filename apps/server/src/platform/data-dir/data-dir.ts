import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'

/** The data folder cannot be used; the message is one line for the operator. */
export class DataDirError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DataDirError'
  }
}

export interface DataDir {
  path: string
  /** Makes and names a folder below it. */
  folder(name: string): Promise<string>
  release: () => Promise<void>
}

const Holder = z.object({ pid: z.number().int().positive(), startedTicks: z.string().nullable() })
type Holder = z.infer<typeof Holder>

/** When a process began, in clock ticks since boot: tells a living holder from another process with the same pid. Linux only. */
function startedTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return holder.startedTicks === null || holder.startedTicks === startedTicks(holder.pid)
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return Holder.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

async function writeLock(path: string): Promise<void> {
  const holder: Holder = { pid: process.pid, startedTicks: startedTicks(process.pid) }
  await writeFile(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 })
}

/** Who starts at the same moment gets this long to write its lock, or to notice that it lost the race. */
const RACE_MS = 50

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeLock(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function refuseLiving(holder: Holder | null, dir: string): void {
  if (holder === null || !isAlive(holder)) return
  throw new DataDirError(
    `Another Guildhall (process ${holder.pid}) uses the data folder ${dir}. Stop it, or set GUILDHALL_DATA_DIR to another folder.`,
  )
}

async function takeLock(dir: string): Promise<string> {
  const path = join(dir, 'server.lock')
  if (await tryLock(path)) return path
  refuseLiving(await readHolder(path), dir)
  // Dead, or not written yet: whoever is about to write it has done so after this.
  await sleep(RACE_MS)
  refuseLiving(await readHolder(path), dir)
  await rm(path, { force: true })
  if (await tryLock(path)) {
    // Two that find the same dead holder may both get here, and the later one has taken away the lock of the earlier.
    await sleep(RACE_MS)
    const holder = await readHolder(path)
    if (holder?.pid === process.pid) return path
  }
  refuseLiving(await readHolder(path), dir)
  throw new DataDirError(`The lock ${path} cannot be taken. Remove it when no Guildhall runs on this folder.`)
}

/** Opens the folder that holds everything and keeps other servers out of it until `release`. */
export async function openDataDir(path: string): Promise<DataDir> {
  const unusable = (error: unknown): never => {
    if (error instanceof DataDirError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new DataDirError(
      `The data folder ${path} cannot be written (${why}). Set GUILDHALL_DATA_DIR to a folder of yours.`,
      { cause: error },
    )
  }
  await mkdir(path, { recursive: true, mode: 0o700 }).catch(unusable)
  const lock = await takeLock(path).catch(unusable)
  return {
    path,
    async folder(name) {
      const folder = join(path, name)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return folder
    },
    async release() {
      await rm(lock, { force: true })
    },
  }
}
