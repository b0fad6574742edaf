import type { ActionSchema, ExecutionUsage, Permissions } from '@guildhall/contracts'
import {
  checkOutput,
  createBroker,
  createMemoryStorage,
  createUsageTally,
  type RunOutcome,
  type ToolCaller,
} from '@guildhall/sandbox'
import { serverError, wallMsOf } from '../rules.ts'
import type { Ending, ExecutionRow } from '../store.ts'
import { cancelledEnding } from './cancel-execution.ts'
import { createSkillCaller } from './call-skill.ts'
import type { EventWriter } from './event-writer.ts'
import type { ExecutionsContext } from './executions-deps.ts'
import { findGrant, type Program } from './find-program.ts'
import type { HeldLease } from './hold-lease.ts'
import { keepFiles, keepOutput } from './keep-results.ts'
import { createToolReporter } from './report-tools.ts'
import { monotonic, runLimits } from './run-limits.ts'
import type { TakenExecution } from './take-execution.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

/** One attempt while it is ours. */
export interface Attempt {
  taken: TakenExecution
  writer: EventWriter
  lease: HeldLease
  /** Aborted for any reason to stop. */
  stop: AbortSignal
}

const failedWith = (error: Ending['error']): Ending => ({ status: 'failed', output: null, error, usage: null })

/** How the sandbox says that a run ended, in the words of the row. */
function endingOf(outcome: RunOutcome): Ending {
  const { usage } = outcome
  switch (outcome.status) {
    case 'succeeded':
      return { status: 'succeeded', output: outcome.output, error: null, usage }
    case 'failed':
    case 'timed_out':
      return { status: outcome.status, output: null, error: outcome.error, usage }
    case 'cancelled':
      return { ...cancelledEnding, usage }
  }
}

interface Granted {
  program: Program
  permissions: Permissions
  workspace: Workspace
  addUsage: (usage: ExecutionUsage) => void
}

function toolsOf(deps: ExecutionsContext, { taken, writer }: Attempt, granted: Granted): ToolCaller {
  const { row, claim } = taken
  const { program, permissions, workspace, addUsage } = granted
  const { installationId } = row
  const run = { row, claim, writer, granted: permissions, addUsage }
  return createBroker({
    clock: monotonic,
    permissions,
    workspaceDir: workspace.dir,
    // A draft forgets when its run ends, and has no secrets.
    storage: installationId === null ? createMemoryStorage() : deps.installations.storageOf(installationId),
    secrets: installationId === null ? null : deps.installations.secretsOf(installationId),
    models: deps.models,
    workshops: deps.sandbox.workshops,
    skillCaller: createSkillCaller(deps, run, program.summary),
    allowPrivateHosts: deps.settings.allowPrivateHosts,
    onToolCall: createToolReporter(deps, { row, writer, callee: null }),
  })
}

/** Keeps what a run left: its output, where it is large, and its files. */
async function withResults(deps: ExecutionsContext, { taken, writer }: Attempt, ended: KeptRun): Promise<Ending> {
  const { ending, workspace } = ended
  if (ending.status === 'cancelled') return ending
  const { blobs } = deps.platform
  const { files, left } = await keepFiles(blobs, { dir: workspace.dir, given: taken.row.files })
  if (left > 0) {
    const message =
      'Not every file of the workspace was kept: at most 64 files and 16 MiB are, with names that every system takes.'
    writer.add({ kind: 'log', level: 'warn', message })
  }
  const { output, outputBlob } = await keepOutput(blobs, ending.output)
  return { ...ending, output, outputBlob, outputFiles: files }
}

interface KeptRun {
  ending: Ending
  workspace: Workspace
}

/** What a row names must be something that can be run; it was when it was started. */
function runnableParts(row: ExecutionRow, program: Program | null, action: ActionSchema | null) {
  const { kind, entry } = program?.summary ?? { kind: 'instructions' as const, entry: null }
  if (program && action && kind !== 'instructions' && entry !== null) return { program, action, kind, entry }
  throw new Error(`${row.skill} has nothing to run`)
}

async function perform(deps: ExecutionsContext, attempt: Attempt): Promise<Ending> {
  const { taken, writer, stop } = attempt
  const { row } = taken
  const grant = await findGrant(deps, row, taken.program)
  if (!grant.isGiven) return failedWith(grant.error)
  const { program, action, kind, entry } = runnableParts(row, taken.program, taken.action)
  const files = await program.files()
  const { blobs } = deps.platform
  const { workspacesDir } = deps.settings
  const workspace = await openWorkspace({ blobs, workspacesDir }, { claim: taken.claim, call: 0 }, row.files)
  try {
    const tally = createUsageTally()
    const { permissions } = grant
    const outcome = await deps.sandbox.run({
      kind,
      files,
      entry,
      action: row.action,
      input: row.input,
      env: {},
      limits: { ...runLimits, wallMs: wallMsOf(action) },
      workspaceDir: workspace.dir,
      tools: toolsOf(deps, attempt, { program, permissions, workspace, addUsage: tally.add }),
      onStream: (chunk) => writer.add({ kind: 'stream', chunk }),
      onLog: (level, message) => writer.add({ kind: 'log', level, message }),
      signal: stop,
    })
    const ending = endingOf({ ...checkOutput(action, outcome), usage: tally.addedTo(outcome.usage) })
    return await withResults(deps, attempt, { ending, workspace })
  } finally {
    await workspace.remove()
  }
}

/** Runs the action in the sandbox with what its user grants now. Never rejects: what breaks on our side ends the run and says so. */
export async function performRun(deps: ExecutionsContext, attempt: Attempt): Promise<Ending> {
  try {
    return await perform(deps, attempt)
  } catch (error) {
    deps.platform.log.error({ err: error, execution: attempt.taken.row.id }, 'a run failed on our side')
    return failedWith(serverError('The run could not be carried out by this server.'))
  }
}
