import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type * as z from 'zod'
import { Failure } from '../failures.ts'

/** Reads a JSON file of this program; the fallback where there is none yet. Throws a Failure where it is damaged. */
export async function readJsonFile<T>(file: string, schema: z.ZodType<T>, fallback: T): Promise<T> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return fallback
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new Failure(`${basename(file)} cannot be understood`, {
      where: file,
      remedy: 'Correct it, or delete it.',
      cause,
    })
  }
}

/** Writes a JSON file that only its owner may read, whole or not at all. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}
