import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
  const file = await open(path, 'wx', 0o600)
  const holder: Holder = { pid: process.pid, startedTicks: startedTicks(process.pid) }
  await file.writeFile(JSON.stringify(holder))
  await file.close()
}

async function takeLock(dir: string): Promise<string> {
  const path = join(dir, 'server.lock')
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeLock(path)
      return path
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const holder = await readHolder(path)
      if (holder && isAlive(holder)) {
        throw new DataDirError(
          `Another Guildhall (process ${holder.pid}) uses the data folder ${dir}. Stop it, or set GUILDHALL_DATA_DIR to another folder.`,
        )
      }
      await rm(path, { force: true })
    }
  }
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
