import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { InstallProblem } from './install-problem.ts'

export interface ExclusiveOptions {
  newId: () => string
  wait: (ms: number) => Promise<void>
  /** How long to wait for another install, in milliseconds. */
  patienceMs: number
}

const PAUSE_MS = 50

const textAt = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null)

/** Whether the process that wrote this has ended. Another machine's process cannot be seen, so it counts as running. */
function isLeftOver(text: string): boolean {
  const [host = '', pid = ''] = text.split(' ')
  if (host !== hostname() || !/^\d+$/.test(pid)) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

/** Takes a left-over lock away. Whoever moved a fresh one by mistake puts it back. */
async function clear(file: string, seen: string, aside: string): Promise<void> {
  try {
    await rename(file, aside)
  } catch {
    return
  }
  if ((await textAt(aside)) !== seen) await link(aside, file).catch(() => undefined)
  await rm(aside, { force: true })
}

/** Makes the file with its text in one step, so that no process can die in between. False where it is there already. */
async function create(file: string, text: string, aside: string): Promise<boolean> {
  const isTaken = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return false
    throw error
  }
  await writeFile(aside, text)
  try {
    return await link(aside, file).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false
        // Some file systems know no hard links; there the text comes a moment after the file.
        return writeFile(file, text, { flag: 'wx' }).then(() => true, isTaken)
      },
    )
  } finally {
    await rm(aside, { force: true })
  }
}

async function take(file: string, options: ExclusiveOptions): Promise<string> {
  const id = options.newId()
  const text = `${hostname()} ${process.pid} ${id}`
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    if (await create(file, text, `${file}.${id}`)) return text
    const seen = await textAt(file)
    if (seen !== null && isLeftOver(seen)) await clear(file, seen, `${file}.${id}`)
    else if (waitedMs >= options.patienceMs) throw new InstallProblem('lock.busy', file)
    else await options.wait(PAUSE_MS)
  }
}

/** Removes what processes that were killed while they took or left the lock have left beside it. */
async function sweep(file: string): Promise<void> {
  const names = await readdir(dirname(file)).catch(() => [])
  for (const name of names.filter((one) => one.startsWith(`${basename(file)}.`))) {
    const aside = join(dirname(file), name)
    const text = await textAt(aside)
    if (text !== null && (text === '' || isLeftOver(text))) await rm(aside, { force: true })
  }
}

/** Runs work while no other process of this machine does so for the same file. */
export async function exclusively<T>(file: string, options: ExclusiveOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  const busy = `${file}.busy`
  const mine = await take(busy, options)
  try {
    await sweep(busy)
    return await work()
  } finally {
    if ((await textAt(busy)) === mine) await rm(busy, { force: true })
  }
}
