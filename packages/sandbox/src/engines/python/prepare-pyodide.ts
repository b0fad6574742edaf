import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createGuestPool } from '../../guests/guest-pool.ts'
import { makeSandboxDir } from '../../isolation/host-mark.ts'
import { chooseWalls, type IsolationWanted } from '../../isolation/walls.ts'
import { findDenoBinary } from '../javascript/deno-binary.ts'
import type { PreparedEngine } from '../process-engine.ts'
import { makeSnapshot, pyodideImage } from './pyodide-image.ts'

/** An empty guest takes about 200 MiB, where one in Deno alone takes 60. */
const EXTRA_MEMORY_BYTES = 144 * 1024 * 1024

export interface PyodideWanted {
  poolSize: number
  maxMemoryBytes: number
  isolation: IsolationWanted
}

/** Pyodide in Deno without permissions, behind whatever walls hold here. Rejects where Deno is not there or does not start. */
export async function preparePyodide({ poolSize, maxMemoryBytes, isolation }: PyodideWanted): Promise<PreparedEngine> {
  const denoPath = findDenoBinary()
  const homeDir = await makeSandboxDir()
  const remove = () => rm(homeDir, { recursive: true, force: true })
  try {
    await mkdir(join(homeDir, 'deno'))
    await mkdir(join(homeDir, 'empty'), { mode: 0o500 })
    const pyodide = { denoPath, homeDir, memoryBytes: maxMemoryBytes + EXTRA_MEMORY_BYTES }
    await makeSnapshot(pyodide)
    const walls = await chooseWalls(pyodideImage(pyodide), isolation)
    const pool = createGuestPool({ enclose: () => walls.enclose(), size: poolSize })
    const message = ['Pyodide in Deno without permissions', walls.message].filter((part) => part !== '').join(', ')
    // The guest has cut it already.
    return {
      pool,
      isolation: walls.level,
      message,
      extraMemoryBytes: EXTRA_MEMORY_BYTES,
      stackOfSkill: (stack) => stack,
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}
