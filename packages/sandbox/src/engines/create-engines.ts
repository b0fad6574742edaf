import type { Engine } from '../run.ts'
import { createJavascriptEngine } from './javascript/javascript-engine.ts'
import { createPythonEngine } from './python/python-engine.ts'
import { createShellEngine, type ShellEngineOptions } from './shell/shell-engine.ts'
import { createWorkflowEngine } from './workflow/workflow-engine.ts'

export interface EnginesOptions {
  /** Processes that each engine keeps waiting. */
  poolSize: number
  /** The Docker engine that scripts of bundles run in; null or absent: none, they run within bubblewrap. */
  docker?: ShellEngineOptions['docker'] | null
}

/** Every engine that there is. Each finds out for itself what this machine can do, when it is first asked. */
export function createEngines({ poolSize, docker }: EnginesOptions): Engine[] {
  return [
    createJavascriptEngine({ poolSize }),
    createPythonEngine({ poolSize }),
    createWorkflowEngine(),
    createShellEngine(docker ? { docker } : {}),
  ]
}
