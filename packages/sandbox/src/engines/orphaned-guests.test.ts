import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeSandboxDir } from '../isolation/host-mark.ts'
import { type GuestImage, plainLaunch } from '../isolation/launch.ts'
import { findDenoBinary } from './javascript/deno-binary.ts'
import { copyGuest, denoImage } from './javascript/deno-image.ts'
import { makeSnapshot, pyodideImage } from './python/pyodide-image.ts'

const MEGABYTE = 1024 * 1024
const denoPath = findDenoBinary()
let homeDir = ''

beforeEach(async () => {
  homeDir = await makeSandboxDir()
  await mkdir(join(homeDir, 'deno'))
  await mkdir(join(homeDir, 'empty'))
})
afterEach(() => rm(homeDir, { recursive: true }))

async function javascript(): Promise<GuestImage> {
  await copyGuest(homeDir)
  return denoImage({ denoPath, homeDir, heapMegabytes: 200, memoryBytes: 256 * MEGABYTE }, 'watchdog')
}

async function python(): Promise<GuestImage> {
  const pyodide = { denoPath, homeDir, memoryBytes: 400 * MEGABYTE }
  await makeSnapshot(pyodide)
  return pyodideImage(pyodide)
}

// Its parent stays the same, as it does for a guest whose host ended before the guest could look.
it.each([
  ['JavaScript', javascript],
  ['Python in Pyodide', python],
])(
  'a guest of %s that no system ends with its host ends when its pipe does',
  async (_what, prepare) => {
    const { command, args, env, cwd } = plainLaunch(await prepare())
    const guest = spawn(command, args, { env, cwd, stdio: ['pipe', 'ignore', 'ignore'] })
    const exited = once(guest, 'exit')
    guest.stdin.end()
    expect(await exited).toEqual([0, null])
  },
  180_000,
)
