import type { Engine, MonotonicClock } from '../../run.ts'
import type { IsolationWanted } from '../../isolation/walls.ts'
import { createProcessEngine, type PreparedEngine } from '../process-engine.ts'
import { prepareQuickjs } from '../quickjs/prepare-quickjs.ts'
import { PackageNotRunnableError, readPackageModules } from './package-modules.ts'
import { prepareDeno } from './prepare-deno.ts'

export interface JavascriptEngineOptions {
  /** Default: the process's own monotonic clock. */
  clock?: MonotonicClock
  /** Processes kept waiting, each about 30 MiB. Default 2; 0 starts each one when it is needed. */
  poolSize?: number
  /** The most that a run may be allowed. Default 256 MiB. */
  maxMemoryBytes?: number
  /** Default `auto`. */
  isolation?: IsolationWanted
  /** What runs the code. Default `auto`: Deno, and QuickJS where Deno does not start. */
  runtime?: 'auto' | 'deno' | 'quickjs'
  /** Default: the Deno that npm installed. */
  denoPath?: string
}

/** QuickJS is slower by far and lacks much of the web, so it stands in only where Deno cannot. */
async function prepare(options: JavascriptEngineOptions): Promise<PreparedEngine> {
  const { runtime = 'auto' } = options
  if (runtime === 'quickjs') return prepareQuickjs(options)
  try {
    return await prepareDeno(options)
  } catch (error) {
    if (runtime === 'deno') throw error
    const reason = error instanceof Error ? error.message : 'unknown reason'
    const prepared = await prepareQuickjs(options)
    return { ...prepared, message: `${prepared.message}; Deno does not start: ${reason}` }
  }
}

/** JavaScript in a process that is used once: Deno without permissions, or QuickJS. See docs/decisions/0020-javascript-engine.md. */
export function createJavascriptEngine(options: JavascriptEngineOptions): Engine {
  return createProcessEngine({
    kind: 'javascript',
    clock: options.clock,
    maxMemoryBytes: options.maxMemoryBytes,
    prepare: () => prepare(options),
    programOf: ({ files, entry }) => ({ ...readPackageModules(files, entry) }),
    PackageError: PackageNotRunnableError,
  })
}
