import type { IsolationWanted } from '../../isolation/walls.ts'
import { defaultRunLimits, type Engine, type MonotonicClock } from '../../run.ts'
import { PackageNotRunnableError } from '../javascript/package-modules.ts'
import { createProcessEngine, type PreparedEngine } from '../process-engine.ts'
import { readPackageSources } from './package-sources.ts'
import { prepareCpython } from './prepare-cpython.ts'
import { preparePyodide } from './prepare-pyodide.ts'

export interface PythonEngineOptions {
  /** Default: the process's own monotonic clock. */
  clock?: MonotonicClock
  /** Processes kept waiting. CPython takes about 15 MiB each, Pyodide ten times as much. Default 2; 0 starts each one when it is needed. */
  poolSize?: number
  /** The most that a run may be allowed. Default 256 MiB. */
  maxMemoryBytes?: number
  /** Default `auto`; `language` does without bubblewrap, and so without CPython. */
  isolation?: IsolationWanted
  /** What runs the code. Default `auto`: CPython where it can be walled off, else Pyodide. */
  runtime?: 'auto' | 'cpython' | 'pyodide'
}

async function prepare(options: PythonEngineOptions): Promise<PreparedEngine> {
  const { poolSize = 2, maxMemoryBytes = defaultRunLimits.memoryBytes, isolation = 'auto', runtime = 'auto' } = options
  const wanted = { poolSize, maxMemoryBytes, isolation }
  if (runtime === 'pyodide') return preparePyodide(wanted)
  try {
    return await prepareCpython(wanted)
  } catch (error) {
    if (runtime === 'cpython') throw error
    const reason = error instanceof Error ? error.message : 'unknown reason'
    const prepared = await preparePyodide(wanted)
    return { ...prepared, message: `${prepared.message}; not CPython: ${reason}` }
  }
}

/** Python in a process that is used once: CPython within bubblewrap, or Pyodide in Deno. See docs/decisions/0021-python.md. */
export function createPythonEngine(options: PythonEngineOptions): Engine {
  return createProcessEngine({
    kind: 'python',
    clock: options.clock,
    maxMemoryBytes: options.maxMemoryBytes,
    prepare: () => prepare(options),
    programOf: ({ files, entry }) => readPackageSources(files, entry),
    PackageError: PackageNotRunnableError,
  })
}
