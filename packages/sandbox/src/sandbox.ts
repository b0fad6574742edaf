import type { EngineStatus } from '@guildhall/contracts'
import { failure } from './failure.ts'
import { type Engine, type EngineKind, noUsage, type RunOutcome, type RunRequest } from './run.ts'

/** The one place where skill code runs. */
export interface Sandbox {
  /** One entry for every kind of skill, in a fixed order. The first call tests the engines. */
  status(): Promise<EngineStatus[]>
  /** Runs one action once, in a guest of its own. Never rejects for what a skill does. */
  run(request: RunRequest): Promise<RunOutcome>
  close(): Promise<void>
}

const engineKinds: readonly EngineKind[] = ['javascript', 'python', 'workflow', 'shell']

const instructionsStatus: EngineStatus = {
  kind: 'instructions',
  runnable: false,
  isolation: null,
  message: 'Instructions are read by an agent; there is nothing to execute',
}

function missingEngine(kind: EngineKind): EngineStatus {
  return { kind, runnable: false, isolation: null, message: 'not runnable on this server yet' }
}

/** Puts engines behind one door. Kinds without an engine say that they are not runnable. */
export function createSandbox({ engines }: { engines: readonly Engine[] }): Sandbox {
  const byKind = new Map(engines.map((engine) => [engine.kind, engine]))
  return {
    async status() {
      const executable = await Promise.all(
        engineKinds.map(async (kind) => (await byKind.get(kind)?.status()) ?? missingEngine(kind)),
      )
      return [...executable, instructionsStatus]
    },
    async run(request) {
      const engine = byKind.get(request.kind)
      if (engine) return engine.run(request)
      return {
        status: 'failed',
        error: failure('sandbox_error', `Skills of kind ${request.kind} are not runnable on this server yet`),
        usage: noUsage,
      }
    },
    async close() {
      await Promise.all(engines.map((engine) => engine.close()))
    },
  }
}
