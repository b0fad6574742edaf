import { readdirSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import { type Engine, noToolUsage, type RunOutcome, type RunRequest } from '../src/run.ts'

/** A request to run one script, which is the only file of its package. */
export function scriptRequest(entry: string, source: string, over: Partial<RunRequest> = {}): RunRequest {
  return {
    kind: 'shell',
    files: new Map([[entry, new TextEncoder().encode(source)]]),
    entry,
    action: 'run',
    input: {},
    env: {},
    tools: {
      used: () => noToolUsage,
      call: async () => ({ success: true, data: null, metadata: { durationMs: 0 } }),
    },
    onStream() {},
    onLog() {},
    signal: new AbortController().signal,
    ...over,
    limits: { wallMs: 20_000, ...over.limits },
  }
}

/** Runs a script and gives the outcome; the entry's extension says what it is written in. */
export function runScriptOn(
  engine: Engine,
  entry: string,
  source: string,
  over: Partial<RunRequest> = {},
): Promise<RunOutcome> {
  return engine.run(scriptRequest(entry, source, over))
}

/** What a script printed that must end well. Throws with everything it said if it did not. */
export async function printed(
  engine: Engine,
  entry: string,
  source: string,
  over: Partial<RunRequest> = {},
): Promise<string> {
  const outcome = await runScriptOn(engine, entry, source, over)
  if (outcome.status !== 'succeeded') throw new Error(JSON.stringify(outcome))
  const { output } = outcome
  const isResult = typeof output === 'object' && output !== null && !Array.isArray(output)
  if (!isResult || output['exitCode'] !== 0) throw new Error(JSON.stringify(output))
  return z.string().parse(output['stdout']).trim()
}

/** How many processes of the whole machine have this text in their command line. */
export function processesWith(text: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  const lines = pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
    } catch {
      // It has ended meanwhile.
      return ''
    }
  })
  return lines.filter((line) => line.includes(text)).length
}
