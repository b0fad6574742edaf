import type { Engine, MonotonicClock } from '../../run.ts'
import type { IsolationWanted } from '../../isolation/walls.ts'
import { createProcessEngine } from '../process-engine.ts'
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
}

/** JavaScript in Deno without permissions, in a process that is used once. See docs/decisions/0020-javascript-engine.md. */
export function createJavascriptEngine(options: JavascriptEngineOptions): Engine {
  return createProcessEngine({
    kind: 'javascript',
    clock: options.clock,
    maxMemoryBytes: options.maxMemoryBytes,
    prepare: () => prepareDeno(options),
    programOf: ({ files, entry }) => ({ ...readPackageModules(files, entry) }),
    PackageError: PackageNotRunnableError,
  })
}
