import type { EngineStatus, IsolationLevel } from '@guildhall/contracts'
import { failure } from './failure.ts'
import { type Engine, type EngineKind, noUsage, type RunOutcome, type RunRequest } from './run.ts'
import { createWorkshops, type Workshops } from './workshop/workshops.ts'

/** The one place where skill code runs. */
export interface Sandbox {
  /** One entry for every kind of skill, in a fixed order. The first call tests the engines. */
  status(): Promise<EngineStatus[]>
  /** The entry of one kind. Tests no engine but that one. */
  statusOf(kind: EngineKind): Promise<EngineStatus>
  /**
   * Runs one action once, in a guest of its own. Never rejects for what a skill does. When it resolves, nothing goes on any more that its
   * calls began: the skills that it called have ended, and nobody touches its folder.
   */
  run(request: RunRequest): Promise<RunOutcome>
  /** Where tools work on files of strangers; for the brokers of runs. */
  readonly workshops: Workshops
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

const levelNames: Record<IsolationLevel, string> = {
  L0: 'nothing',
  L1: 'the language',
  L2: 'the operating system',
  L3: 'a container',
}

const say = (level: IsolationLevel): string => `${level} (${levelNames[level]})`

/** The status of an engine under a policy: one that is walled off less than demanded is not runnable. */
function judged(status: EngineStatus, minimum: IsolationLevel): EngineStatus {
  const { runnable, isolation, message } = status
  // The levels are named so that they sort.
  if (!runnable || isolation === null || isolation >= minimum) return status
  const refusal = `refused: this server demands ${say(minimum)} around skills, and here it is ${say(isolation)}`
  return { ...status, runnable: false, message: `${refusal}: ${message}` }
}

export interface SandboxOptions {
  engines: readonly Engine[]
  /** An engine whose self-test reached less runs nothing. Default `L1`. */
  minimumIsolation?: IsolationLevel
  /** Closed with the sandbox. Default: those that this machine bears, under the same policy. */
  workshops?: Workshops
}

/** Puts engines behind one door, under one policy. Kinds without an engine say that they are not runnable. */
export function createSandbox({
  engines,
  minimumIsolation = 'L1',
  workshops = createWorkshops({ minimumIsolation }),
}: SandboxOptions): Sandbox {
  const byKind = new Map(engines.map((engine) => [engine.kind, engine]))
  const statusOf = async (kind: EngineKind): Promise<EngineStatus> => {
    const engine = byKind.get(kind)
    return engine ? judged(await engine.status(), minimumIsolation) : missingEngine(kind)
  }
  return {
    workshops,
    statusOf,
    async status() {
      return [...(await Promise.all(engineKinds.map(statusOf))), instructionsStatus]
    },
    async run(request) {
      const engine = byKind.get(request.kind)
      if (!engine) return refused(`Skills of kind ${request.kind} are not runnable on this server yet`)
      const { runnable, message } = await statusOf(request.kind)
      if (!runnable) return refused(`Skills of kind ${request.kind} are not runnable on this server: ${message}`)
      const outcome = await engine.run(request)
      await request.tools.settled?.()
      return outcome
    },
    async close() {
      await Promise.all(engines.map((engine) => engine.close()))
      await workshops.close()
    },
  }
}

function refused(message: string): RunOutcome {
  return { status: 'failed', error: failure('sandbox_error', message), usage: noUsage }
}
