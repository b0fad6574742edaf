import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { requireNode } from './process/require-node.ts'
import { nodeScript, repositoryRoot, runCommand, seconds, type Command, type Outcome } from './process/run-command.ts'

interface Part {
  name: string
  command: Pick<Command, 'program' | 'parameters'>
}

const BIN = join(repositoryRoot, 'node_modules/.bin')
const WEB_TYPES = 'apps/web/tsconfig.json'

/** The parts of the check, the slowest first so that the last one to end is a short one. */
function parts(): Part[] {
  const compiler = 'node_modules/ts7/bin/tsc'
  return [
    { name: 'types', command: nodeScript(compiler, '-p', 'tsconfig.json') },
    ...(existsSync(join(repositoryRoot, WEB_TYPES))
      ? [{ name: 'types of the web', command: nodeScript(compiler, '-p', WEB_TYPES, '--noEmit') }]
      : []),
    {
      name: 'dead code',
      command: { program: join(BIN, 'knip'), parameters: ['--no-progress', '--no-config-hints'] },
    },
    { name: 'boundaries', command: nodeScript('tools/boundaries/check.ts') },
    { name: 'boundaries bite', command: nodeScript('tools/boundaries/check.ts', '--bite') },
    { name: 'lint', command: { program: join(BIN, 'oxlint'), parameters: ['--format', 'unix'] } },
    { name: 'format', command: { program: join(BIN, 'biome'), parameters: ['format', '.'] } },
    { name: 'names', command: nodeScript('tools/names/check.ts') },
  ]
}

function report(part: Part, outcome: Outcome): void {
  const isGood = outcome.exitCode === 0
  console.log(`${isGood ? 'ok    ' : 'FAILED'} ${part.name.padEnd(18)} ${seconds(outcome.wallMs)}`)
  if (!isGood) console.log(outcome.output.trimEnd().replaceAll(/^/gm, '  '))
}

/** Takes parts from the queue until it is empty; several of these run side by side. Resolves to the names that failed. */
async function work(queue: Part[]): Promise<string[]> {
  const failed: string[] = []
  for (let part = queue.shift(); part; part = queue.shift()) {
    const outcome = await runCommand({ ...part.command, output: 'keep' })
    report(part, outcome)
    if (outcome.exitCode !== 0) failed.push(part.name)
  }
  return failed
}

async function check(): Promise<boolean> {
  const startedMs = performance.now()
  const queue = parts()
  const count = queue.length
  const workers = Math.min(Math.max(availableParallelism(), 2), 4)
  const failed = (await Promise.all(Array.from({ length: workers }, () => work(queue)))).flat()
  const verdict = failed.length === 0 ? 'all in order' : `${failed.length} failed: ${failed.join(', ')}`
  console.log(`check: ${count} parts in ${seconds(performance.now() - startedMs)}, ${verdict}`)
  return failed.length === 0
}

if (import.meta.main) {
  requireNode()
  process.exitCode = (await check()) ? 0 : 1
}
