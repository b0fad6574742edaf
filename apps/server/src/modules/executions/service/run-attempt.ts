import { setTimeout as sleep } from 'node:timers/promises'
import type { ActionSchema, JsonObject } from '@guildhall/contracts'
import {
  createActionValidator,
  createBroker,
  createMemoryStorage,
  type RunOutcome,
  type StoragePort,
  type ToolCallEntry,
} from '@guildhall/sandbox'
import { interruptedError, serverError, tooManyEventsError, wallMsOf } from '../rules.ts'
import { dropLease, type Ending, type ExecutionRow } from '../store.ts'
import { cancelledEnding } from './cancel-execution.ts'
import { type EndedRun, endExecution } from './end-execution.ts'
import { createEventWriter, type EventWriter } from './event-writer.ts'
import type { ExecutionsContext } from './executions-deps.ts'
import { findGrant } from './find-program.ts'
import { type HeldLease, holdLease } from './hold-lease.ts'
import { type TakenExecution, takeExecution } from './take-execution.ts'
import { openWorkspace } from './workspace.ts'

const END_TRIES = 5
const END_RETRY_MS = 200
const MEMORY_BYTES = 256 * 1024 * 1024

const monotonic = { nowMs: () => performance.now() }

const failedWith = (error: Ending['error']): Ending => ({ status: 'failed', output: null, error, usage: null })

/** Says what the broker saw: an event, and for the first refusal of each tool a log line and an audit entry. */
function toolReporter(deps: ExecutionsContext, { row }: TakenExecution, writer: EventWriter) {
  const refused = new Set<string>()
  return (entry: ToolCallEntry): void => {
    const { tool, durationMs, outcome, detail } = entry
    const isNews = outcome === 'refused' && !refused.has(tool)
    if (!isNews) return writer.add({ kind: 'tool', tool, durationMs, outcome, detail })
    refused.add(tool)
    const facts: JsonObject = { skill: row.skill, version: row.semver, action: row.action, tool, detail }
    deps.platform.log.warn({ execution: row.id, user: row.userId, ...facts }, 'a skill was refused a tool')
    writer.add(
      { kind: 'tool', tool, durationMs, outcome, detail },
      { actor: row.userId, action: 'execution.tool-refused', subject: row.id, facts },
    )
    writer.add({
      kind: 'log',
      level: 'warn',
      message: `The skill was refused the tool ${tool}: ${detail ?? 'not granted'}`,
    })
  }
}

function endingOf(outcome: RunOutcome, action: ActionSchema): Ending {
  const { usage } = outcome
  switch (outcome.status) {
    case 'succeeded': {
      const issues = createActionValidator(action).validateOutput(outcome.output)
      if (issues.length === 0) return { status: 'succeeded', output: outcome.output, error: null, usage }
      const places = issues.slice(0, 10).map(({ path, message }) => `${path || 'the whole'} ${message}`)
      const message = `The result does not match the action's output schema: ${places.join('; ')}`.slice(0, 4000)
      const recoveryOptions = ['Report this to the publisher of the skill']
      return { ...failedWith({ errorType: 'output_invalid', message, recoveryOptions }), usage }
    }
    case 'failed':
    case 'timed_out':
      return { status: outcome.status, output: null, error: outcome.error, usage }
    case 'cancelled':
      return { ...cancelledEnding, usage }
  }
}

/** A draft forgets when its run ends. */
function storageOf({ installations }: ExecutionsContext, { installationId }: ExecutionRow): StoragePort {
  return installationId === null ? createMemoryStorage() : installations.storageOf(installationId)
}

interface Attempt {
  taken: TakenExecution
  writer: EventWriter
  lease: HeldLease
  /** Aborted for any reason to stop. */
  stop: AbortSignal
}

/** Runs the action in the sandbox with what its user grants now. */
async function perform(deps: ExecutionsContext, { taken, writer, stop }: Attempt): Promise<Ending> {
  const { row, program, action, claim } = taken
  const grant = await findGrant(deps, row, program)
  if (!grant.isGiven) return failedWith(grant.error)
  const { kind, entry } = program?.summary ?? { kind: 'instructions', entry: null }
  if (!program || !action || kind === 'instructions' || entry === null)
    throw new Error(`${row.skill} has nothing to run`)
  const files = await program.files()
  const { workspacesDir, allowPrivateHosts } = deps.settings
  const workspace = await openWorkspace({ blobs: deps.platform.blobs, workspacesDir }, claim, row.files)
  try {
    const tools = createBroker({
      clock: monotonic,
      permissions: grant.permissions,
      workspaceDir: workspace.dir,
      storage: storageOf(deps, row),
      allowPrivateHosts,
      onToolCall: toolReporter(deps, taken, writer),
    })
    const outcome = await deps.sandbox.run({
      kind,
      files,
      entry,
      action: row.action,
      input: row.input,
      env: {},
      limits: { wallMs: wallMsOf(action), memoryBytes: MEMORY_BYTES },
      tools,
      onStream: (chunk) => writer.add({ kind: 'stream', chunk }),
      onLog: (level, message) => writer.add({ kind: 'log', level, message }),
      signal: stop,
    })
    return endingOf(outcome, action)
  } finally {
    await workspace.remove()
  }
}

async function performSafely(deps: ExecutionsContext, attempt: Attempt): Promise<Ending> {
  try {
    return await perform(deps, attempt)
  } catch (error) {
    deps.platform.log.error({ err: error, execution: attempt.taken.row.id }, 'a run failed on our side')
    return failedWith(serverError('The run could not be carried out by this server.'))
  }
}

/** Why a run was stopped says how it ends; a run that ended by itself ends as it did. */
function settled(ending: Ending, { writer, lease }: Attempt): Ending | 'interrupted' {
  if (ending.status !== 'cancelled' || lease.cancelled.aborted) return ending
  if (writer.full.aborted) return { ...ending, status: 'failed', error: tooManyEventsError() }
  return 'interrupted'
}

async function finish(deps: ExecutionsContext, attempt: Attempt, performed: Ending): Promise<void> {
  const { claim, row, action } = attempt.taken
  const run = { claim, userId: row.userId, installationId: row.installationId }
  const ending = settled(performed, attempt)
  if (ending !== 'interrupted') return endPatiently(deps, run, ending)
  if (!action?.idempotent) return endPatiently(deps, run, { ...performed, status: 'failed', error: interruptedError() })
  await dropLease(deps.platform.database.q, claim)
  throw new Error('handed back: the server is stopping')
}

/** A run is too dear to lose its end over a database that was away for a moment. */
async function endPatiently(deps: ExecutionsContext, run: EndedRun, ending: Ending): Promise<void> {
  for (let tried = 1; tried < END_TRIES; tried += 1) {
    try {
      await endExecution(deps, run, ending)
      return
    } catch (error) {
      deps.platform.log.warn(
        { err: error, execution: run.claim.id },
        'the end of a run could not be written, will retry',
      )
      await sleep(END_RETRY_MS * tried)
    }
  }
  await endExecution(deps, run, ending)
}

/**
 * What the job does: takes the execution, runs it and writes down how it ended. When the server stops, a run that may be repeated
 * is handed back by throwing, so that the job comes again; any other ends as interrupted.
 */
export async function runAttempt(deps: ExecutionsContext, executionId: string, stopping: AbortSignal): Promise<void> {
  const taken = await takeExecution(deps, executionId)
  if (!taken) return
  const lease = holdLease(deps, taken.claim)
  const writer = createEventWriter(deps, { claim: taken.claim, after: taken.seq, lost: lease.lost })
  const stop = AbortSignal.any([stopping, lease.cancelled, lease.lost, writer.full])
  const attempt = { taken, writer, lease, stop }
  try {
    const ending = await performSafely(deps, attempt)
    await writer.close()
    if (!lease.lost.aborted) await finish(deps, attempt, ending)
  } finally {
    await lease.release()
  }
}
