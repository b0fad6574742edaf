import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createGuestPool } from '../../guests/guest-pool.ts'
import { findBubblewrap } from '../../isolation/bubblewrap.ts'
import { makeSandboxDir } from '../../isolation/host-mark.ts'
import { chooseWalls, type IsolationWanted } from '../../isolation/walls.ts'
import type { PreparedEngine } from '../process-engine.ts'
import { compileGuest, cpythonImage } from './cpython-image.ts'
import { findPython } from './find-python.ts'

/** CPython cannot be used here; the message says why. */
export class CpythonUnusableError extends Error {
  override readonly name = 'CpythonUnusableError'
}

export interface CpythonWanted {
  poolSize: number
  maxMemoryBytes: number
  isolation: IsolationWanted
}

async function prepareIn(homeDir: string, { poolSize, maxMemoryBytes }: CpythonWanted): Promise<PreparedEngine> {
  const interpreter = await findPython()
  await mkdir(join(homeDir, 'guest'))
  await mkdir(join(homeDir, 'empty'), { mode: 0o500 })
  await compileGuest(interpreter, join(homeDir, 'guest'))
  const walls = await chooseWalls(cpythonImage({ interpreter, homeDir, memoryBytes: maxMemoryBytes }), 'auto')
  if (walls.level !== 'L2') throw new CpythonUnusableError(`CPython needs bubblewrap (${walls.message})`)
  const pool = createGuestPool({ enclose: walls.enclose, size: poolSize })
  // Not filled here: the walls have shown that it starts, and an engine that nobody uses keeps no process waiting.
  return {
    pool,
    isolation: walls.level,
    message: `CPython ${interpreter.version}, ${walls.message}`,
    // The guest has cut it already: of the rest, it alone knows what is whose.
    stackOfSkill: (stack) => stack,
    remove: () => rm(homeDir, { recursive: true, force: true }),
  }
}

/**
 * CPython within bubblewrap. Nothing in the language holds a skill back, so without those walls it is never started with one. Rejects with
 * CpythonUnusableError or PythonNotFoundError.
 */
export async function prepareCpython(wanted: CpythonWanted): Promise<PreparedEngine> {
  if (wanted.isolation === 'language') throw new CpythonUnusableError('CPython needs bubblewrap, which is not wanted')
  if (findBubblewrap() === null) throw new CpythonUnusableError('CPython needs bubblewrap, which is not installed here')
  const homeDir = await makeSandboxDir()
  try {
    return await prepareIn(homeDir, wanted)
  } catch (error) {
    await rm(homeDir, { recursive: true, force: true })
    throw error
  }
}
