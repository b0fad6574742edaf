import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { bundle } from '../apps/cli/bundle.ts'
import { nodeBinary } from '../apps/cli/test/processes.ts'
import { type RegistryStage, startRegistry } from '../apps/cli/test/registry-stage.ts'
import { quantile, type Row } from './measure.ts'

const ROUNDS = 31

interface Contestant {
  name: string
  argv: readonly string[]
}

/** The programs of the stock clients, as npm installed them for the tests of the server. */
function stockClient(alias: string): string {
  const manifest = createRequire(new URL('../apps/server/package.json', import.meta.url)).resolve(
    `${alias}/package.json`,
  )
  return join(dirname(manifest), 'bin', 'cli.mjs')
}

async function runOnce({ argv }: Contestant, stage: RegistryStage, project: string): Promise<number> {
  const home = join(stage.root, 'bench-home')
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    GUILDHALL_REGISTRY: stage.url,
    // The other client counts its users over the network; that would be slower here.
    DISABLE_TELEMETRY: '1',
    DO_NOT_TRACK: '1',
  }
  const startedMs = performance.now()
  const child = spawn(nodeBinary, argv, { cwd: project, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${errors}`)
  return performance.now() - startedMs
}

/** Adds the same skill from the same registry, in a fresh project each time, in turn, so that all meet the same weather. */
async function race(stage: RegistryStage, contestants: readonly Contestant[]): Promise<Map<string, number>> {
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const contestant of contestants) {
      const project = join(stage.root, 'bench-project')
      await rm(project, { recursive: true, force: true })
      await mkdir(join(project, '.claude'), { recursive: true })
      const wallMs = await runOnce(contestant, stage, project)
      // The first round fills caches and pins keys.
      if (round > 0) samples.get(contestant.name)?.push(wallMs)
    }
    await rm(join(stage.root, 'bench-home', '.cache', 'guildhall', 'packages'), { recursive: true, force: true })
  }
  return new Map([...samples].map(([name, times]) => [name, quantile(times, 0.5)]))
}

/** `guildhall add` beside the stock clients, which check neither digest nor signature. Medians of 31 runs each. */
export async function benchInstall(): Promise<Row[]> {
  const stage = await startRegistry()
  try {
    const program = join(stage.root, 'bundle')
    await bundle(program)
    await stage.publish({ name: 'tea', version: '1.0.0', body: 'Boil water.' })
    const stock = (alias: string) => [
      stockClient(alias),
      'add',
      stage.url,
      '--skill',
      'tea',
      '--agent',
      'claude-code',
      '-y',
    ]
    const medians = await race(stage, [
      { name: 'node -e 0', argv: ['-e', '0'] },
      { name: 'skills 1.7.4 add', argv: stock('skills-1-7') },
      { name: 'skills 1.5.18 add', argv: stock('skills-1-5') },
      {
        name: 'guildhall add',
        argv: [join(program, 'main.js'), 'add', `@${stage.handle}/tea`, '--agent', 'claude-code', '--yes'],
      },
    ])
    const ours = medians.get('guildhall add') ?? Number.NaN
    return [...medians].map(([name, value]): Row => {
      if (name === 'guildhall add') return { name, value, unit: 'ms' }
      return { name, value, unit: 'ms', baseline: 'guildhall add', ratio: value / ours }
    })
  } finally {
    await stage.stop()
  }
}
