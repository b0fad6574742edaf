import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createGuestPool } from '../../guests/guest-pool.ts'
import { makeSandboxDir } from '../../isolation/host-mark.ts'
import { chooseWalls, type IsolationWanted } from '../../isolation/walls.ts'
import { defaultRunLimits } from '../../run.ts'
import type { PreparedEngine } from '../process-engine.ts'
import { findDenoBinary } from './deno-binary.ts'
import { copyGuest, denoImage } from './deno-image.ts'

export interface DenoEngineOptions {
  poolSize?: number
  maxMemoryBytes?: number
  isolation?: IsolationWanted
  denoPath?: string
}

const PREPARE_AFTER_MS = 15

/** The stack without the lines of our own code around the skill's. */
function stackOfSkill(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/(data:application\/javascript|ext:|\/(guest\/code|javascript\/guest)\/)/.test(line))
    .join('\n')
}

/** Finds the walls that hold around Deno here, and fills a pool. Rejects where Deno is not there or does not start. */
export async function prepareDeno(options: DenoEngineOptions): Promise<PreparedEngine> {
  const denoPath = options.denoPath ?? findDenoBinary()
  const homeDir = await makeSandboxDir()
  const remove = () => rm(homeDir, { recursive: true, force: true })
  const memoryBytes = options.maxMemoryBytes ?? defaultRunLimits.memoryBytes
  // V8 must feel the limit in time to collect its garbage, but reach it after the watchdog: near its limit it is slow, not dead.
  const heapMegabytes = Math.max(32, Math.floor(memoryBytes / 1024 / 1024) - 48)
  try {
    await mkdir(join(homeDir, 'deno'))
    await mkdir(join(homeDir, 'empty'), { mode: 0o500 })
    await copyGuest(homeDir)
    const deno = { denoPath, homeDir, heapMegabytes, memoryBytes }
    const walls = await chooseWalls(denoImage(deno, 'watchdog'), options.isolation ?? 'auto')
    const isHeldBySystem = walls.level !== 'L1' && walls.enforcesMemory
    const image = denoImage(deno, isHeldBySystem ? 'main' : 'watchdog')
    const enclose = () => walls.enclose(image)
    const pool = createGuestPool({ enclose, size: options.poolSize ?? 2, prepareAfterMs: PREPARE_AFTER_MS })
    await pool.fill()
    const message = ['Deno without permissions', walls.message].filter((part) => part !== '').join(', ')
    return { pool, isolation: walls.level, message, stackOfSkill, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
