import type { IsolationWanted } from '../src/isolation/walls.ts'
import type { Engine } from '../src/run.ts'
import { createJavascriptEngine } from '../src/engines/javascript/javascript-engine.ts'
import { createPythonEngine } from '../src/engines/python/python-engine.ts'
import type { Language } from './bad-runtime-canary.ts'

/** One runtime at one level of isolation. */
export interface Bench {
  runtime: 'deno' | 'quickjs' | 'cpython' | 'pyodide'
  isolation: IsolationWanted
  language: Language
  create(poolSize: number): Engine
}

const javascript = (['deno', 'quickjs'] as const).flatMap((runtime) =>
  (['auto', 'language'] as const).map((isolation) => ({
    runtime,
    isolation,
    language: 'javascript' as const,
    create: (poolSize: number) => createJavascriptEngine({ runtime, isolation, poolSize }),
  })),
)
const pyodide = (['auto', 'language'] as const).map((isolation) => ({
  runtime: 'pyodide' as const,
  isolation,
  language: 'python' as const,
  create: (poolSize: number) => createPythonEngine({ runtime: 'pyodide', isolation, poolSize }),
}))
const cpython: Bench = {
  runtime: 'cpython',
  isolation: 'auto',
  language: 'python',
  create: (poolSize) => createPythonEngine({ runtime: 'cpython', poolSize }),
}

/** Every runtime at every level that this system has. CPython is walled off by Linux or not started at all. */
export const benches: readonly Bench[] = [...javascript, ...(process.platform === 'linux' ? [cpython] : []), ...pyodide]
