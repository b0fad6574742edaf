import { defaultRunLimits, type Engine, type MonotonicClock } from '../../run.ts'
import { PackageNotRunnableError } from '../javascript/package-modules.ts'
import { createProcessEngine } from '../process-engine.ts'
import { readPackageSources } from './package-sources.ts'
import { prepareCpython } from './prepare-cpython.ts'

export interface PythonEngineOptions {
  /** Default: the process's own monotonic clock. */
  clock?: MonotonicClock
  /** Processes kept waiting. CPython takes about 15 MiB each. Default 2; 0 starts each one when it is needed. */
  poolSize?: number
  /** The most that a run may be allowed. Default 256 MiB. */
  maxMemoryBytes?: number
}

/** Python, each run in a process of its own: CPython within bubblewrap. See docs/decisions/0021-python.md. */
export function createPythonEngine(options: PythonEngineOptions): Engine {
  const { clock, poolSize = 2, maxMemoryBytes = defaultRunLimits.memoryBytes } = options
  return createProcessEngine({
    kind: 'python',
    clock,
    maxMemoryBytes,
    prepare: () => prepareCpython({ poolSize, maxMemoryBytes }),
    programOf: ({ files, entry }) => readPackageSources(files, entry),
    PackageError: PackageNotRunnableError,
  })
}
