import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createGuestPool } from '../../guests/guest-pool.ts'
import { makeSandboxDir } from '../../isolation/host-mark.ts'
import { chooseWalls, type IsolationWanted } from '../../isolation/walls.ts'
import { defaultRunLimits } from '../../run.ts'
import type { PreparedEngine } from '../process-engine.ts'
import { quickjsImage } from './quickjs-image.ts'

export interface QuickjsOptions {
  poolSize?: number
  maxMemoryBytes?: number
  isolation?: IsolationWanted
}

/** The stack without the lines of our own code around the skill's. */
function stackOfSkill(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/\(guest:|<anonymous>$/.test(line))
    .join('\n')
}

/** Finds the walls that hold around QuickJS here, and fills a pool. Rejects where it does not start. */
export async function prepareQuickjs(options: QuickjsOptions): Promise<PreparedEngine> {
  const homeDir = await makeSandboxDir()
  const remove = () => rm(homeDir, { recursive: true, force: true })
  try {
    await mkdir(join(homeDir, 'empty'), { mode: 0o500 })
    const image = quickjsImage({ homeDir, memoryBytes: options.maxMemoryBytes ?? defaultRunLimits.memoryBytes })
    const walls = await chooseWalls(image, options.isolation ?? 'auto')
    const pool = createGuestPool({ enclose: () => walls.enclose(), size: options.poolSize ?? 2 })
    await pool.fill()
    const message = ['QuickJS in WebAssembly', walls.message].filter((part) => part !== '').join(', ')
    return { pool, isolation: walls.level, message, stackOfSkill, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
