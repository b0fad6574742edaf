import type { EngineStatus } from '@guildhall/contracts'
import { workflowLimits } from '@guildhall/contracts'
import { type PlannedAction, readAction } from '@guildhall/skill-format/workflow'
import { failure } from '../../failure.ts'
import { HostileJsonError, parseHostileJson } from '../../json-text.ts'
import { defaultRunLimits, noUsage, processClock } from '../../run.ts'
import type { Engine, MonotonicClock, RunLimits, RunOutcome, RunRequest } from '../../run.ts'
import { runWorkflow } from './workflow-run.ts'

export interface WorkflowEngineOptions {
  /** Default: the process's own monotonic clock. */
  clock?: MonotonicClock
  /** The most that the results of a run's steps may take in the memory of the host. Default 128 MiB. */
  maxMemoryBytes?: number
  /** How long undoing may take after a run has failed or was cancelled. Default 5,000. */
  compensationMs?: number
}

const status: EngineStatus = {
  kind: 'workflow',
  runnable: true,
  isolation: 'L1',
  message:
    'Interpreted by the host: a workflow holds no code, only calls that the broker checks one by one, and expressions that are evaluated within limits of work and size',
}

/**
 * Workflows: graphs of calls of tools and skills. There is no process to wall off, because nothing of the package is executed; what it
 * says is checked like at its upload, and every expression is paid for step by step.
 */
export function createWorkflowEngine(options: WorkflowEngineOptions = {}): Engine {
  return new WorkflowEngine(options)
}

class WorkflowEngine implements Engine {
  readonly kind = 'workflow'
  private readonly options: WorkflowEngineOptions
  private readonly running = new Set<Promise<unknown>>()
  private readonly closing = new AbortController()

  constructor(options: WorkflowEngineOptions) {
    this.options = options
  }

  async status(): Promise<EngineStatus> {
    return status
  }

  async run(request: RunRequest): Promise<RunOutcome> {
    if (this.closing.signal.aborted) return failed('sandbox_error', 'The sandbox is closed')
    const signal = AbortSignal.any([request.signal, this.closing.signal])
    const run = this.runOnce({ ...request, signal })
    this.running.add(run)
    const outcome = await run
    this.running.delete(run)
    const isInterrupted = outcome.status === 'cancelled' && !request.signal.aborted
    if (!isInterrupted) return outcome
    return { status: 'failed', error: failure('interrupted', 'The server is stopping'), usage: outcome.usage }
  }

  async close(): Promise<void> {
    this.closing.abort()
    await Promise.all(this.running)
  }

  private async runOnce(request: RunRequest): Promise<RunOutcome> {
    const plan = planOf(request)
    if (typeof plan === 'string') return failed('skill_error', plan)
    const { clock = processClock, compensationMs = 5_000 } = this.options
    return runWorkflow({ plan, request, limits: this.limitsOf(request), compensationMs, clock })
  }

  private limitsOf({ limits }: RunRequest): RunLimits {
    const wanted = { ...defaultRunLimits, ...limits }
    const maxMemoryBytes = this.options.maxMemoryBytes ?? 128 * 1024 * 1024
    return { ...wanted, memoryBytes: Math.min(wanted.memoryBytes, maxMemoryBytes) }
  }
}

function failed(errorType: 'skill_error' | 'sandbox_error', message: string): RunOutcome {
  return { status: 'failed', error: failure(errorType, message), usage: noUsage }
}

/** What is to be run, or why it cannot be. */
function planOf({ files, entry, action }: RunRequest): PlannedAction | string {
  const bytes = files.get(entry)
  if (bytes === undefined) return `The package has no file ${entry}`
  if (bytes.byteLength > workflowLimits.fileBytes)
    return `${entry} has ${bytes.byteLength} bytes; at most ${workflowLimits.fileBytes} are allowed`
  try {
    const result = readAction(parseHostileJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), action)
    if (result.status === 'planned') return result.plan
    const { pointer, message } = result.fault
    return `${[entry, ...pointer].map(String).join('/')}: ${message}`
  } catch (error) {
    if (error instanceof HostileJsonError) return `${entry} cannot be read: ${error.message}`
    if (error instanceof TypeError) return `${entry} is not UTF-8`
    throw error
  }
}
