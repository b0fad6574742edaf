import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Row } from './measure.ts'

const ALL = fileURLToPath(new URL('../apps/server/src/processes/all.ts', import.meta.url))
const SETTLE_MS = 5000

function residentMiB(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1] ?? Number.NaN) / 1024
}

async function idleMiB(
  args: readonly string[],
  env: Record<string, string>,
  isReady: (output: string) => boolean,
): Promise<{ miB: number; startMs: number }> {
  const begun = performance.now()
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  while (!isReady(output)) {
    if (child.exitCode !== null) throw new Error(`the process ended before it was ready: ${output}`)
    await sleep(10)
  }
  const startMs = performance.now() - begun
  await sleep(SETTLE_MS)
  const miB = residentMiB(child.pid ?? 0)
  child.kill('SIGINT')
  await new Promise((resolve) => child.once('exit', resolve))
  return { miB, startMs }
}

/** Resident memory of the whole server with the web interface, 5 s after the ready line, against a bare Node HTTP server; and how long a second start takes. */
export async function benchMemory(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'))
  const env = { PORT: '0', GUILDHALL_DATA_DIR: dataDir }
  const isReady = (output: string): boolean => output.includes('Guildhall is ready')
  await idleMiB([ALL], env, isReady)
  const server = await idleMiB([ALL], env, isReady)
  const script =
    "require('node:http').createServer((q, r) => r.end('ok')).listen(0, () => console.log('ready'));process.on('SIGINT', () => process.exit(0))"
  const bare = await idleMiB(['-e', script], {}, (output) => output.includes('ready'))
  await rm(dataDir, { recursive: true, force: true })
  return [
    {
      name: 'resident memory',
      value: server.miB,
      unit: 'MiB',
      baseline: `bare Node HTTP server (${bare.miB.toFixed(0)} MiB)`,
      ratio: server.miB / bare.miB,
    },
    {
      name: 'second start to ready',
      value: server.startMs,
      unit: 'ms',
      baseline: `bare Node HTTP server (${bare.startMs.toFixed(0)} ms)`,
      ratio: server.startMs / bare.startMs,
    },
  ]
}
