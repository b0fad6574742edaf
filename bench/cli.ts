import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../apps/cli/bundle.ts'
import { quantile, type Row } from './measure.ts'

const CLI = fileURLToPath(new URL('../apps/cli/', import.meta.url))
const RUNS = 40
const BASELINE = 'node -e 0'

/** What is measured, by name: parameters of node, and the exit code that is right. */
const commandLines = (program: string): Record<string, { parameters: string[]; exitCode: number }> => ({
  [BASELINE]: { parameters: ['-e', '0'], exitCode: 0 },
  'guildhall --version': { parameters: [program, '--version'], exitCode: 0 },
  'guildhall --help': { parameters: [program, '--help'], exitCode: 0 },
  'guildhall completion bash': { parameters: [program, 'completion', 'bash'], exitCode: 0 },
  'guildhall search --help': { parameters: [program, 'search', '--help'], exitCode: 0 },
  'guildhall whoami, signed out': { parameters: [program, 'whoami'], exitCode: 3 },
})

function wallMs(parameters: readonly string[], env: NodeJS.ProcessEnv, exitCode: number): number {
  const begun = performance.now()
  const { status, stderr } = spawnSync(process.execPath, parameters, { env, encoding: 'utf8' })
  if (status !== exitCode) throw new Error(`${parameters.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - begun
}

/** How long the program takes to start, as it is packed for npm, against a Node that does nothing: medians of interleaved runs. */
export async function benchCli(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-bench-cli-'))
  try {
    await cp(join(CLI, 'package.json'), join(folder, 'package.json'))
    await cp(join(CLI, 'bin', 'guildhall.mjs'), join(folder, 'bin', 'guildhall.mjs'))
    await bundle(join(folder, 'dist'))
    const env = { PATH: process.env['PATH'], HOME: folder }
    const lines = Object.entries(commandLines(join(folder, 'bin', 'guildhall.mjs')))
    const samples = new Map<string, number[]>(lines.map(([name]) => [name, []]))
    for (const [, { parameters, exitCode }] of lines) wallMs(parameters, env, exitCode)
    for (let run = 0; run < RUNS; run += 1)
      for (const [name, { parameters, exitCode }] of lines) samples.get(name)?.push(wallMs(parameters, env, exitCode))
    const median = (name: string): number => quantile(samples.get(name) ?? [], 0.5)
    return lines.map(([name]) => ({
      name,
      value: median(name),
      unit: 'ms',
      baseline: BASELINE,
      ratio: median(name) / median(BASELINE),
    }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
