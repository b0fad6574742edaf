import {
  AppError,
  type ChosenDependency,
  commonPermissions,
  type ExecutionUsage,
  type JsonValue,
  type PackageSummary,
  type Permissions,
} from '@guildhall/contracts'
import {
  checkOutput,
  createActionValidator,
  createBroker,
  createGate,
  createMemoryStorage,
  type Gate,
  type RunOutcome,
  type SkillCall,
  type SkillCaller,
  type SkillCallFailure,
  type SkillCallOutcome,
} from '@guildhall/sandbox'
import type { ReleasedVersion } from '../../skills/index.ts'
import { wallMsOf } from '../rules.ts'
import type { Claim, ExecutionRow } from '../store.ts'
import type { EventWriter } from './event-writer.ts'
import type { ExecutionsContext } from './executions-deps.ts'
import { createToolReporter } from './report-tools.ts'
import { MEMORY_BYTES, monotonic } from './run-limits.ts'
import { openWorkspace } from './workspace.ts'

/** The run that its user started, for the skills that are called in it. */
export interface CallingRun {
  row: ExecutionRow
  claim: Claim
  writer: EventWriter
  /** What its user granted: no skill that is called in it gets more. */
  granted: Permissions
  /** Adds what a callee used. */
  addUsage: (usage: ExecutionUsage) => void
}

/** Who calls: the skill itself, or one that was called, with what it may call. */
interface Caller {
  fullName: string
  dependencies: PackageSummary['dependencies']
}

/** A failure that is told to the caller. */
class CallRefused extends Error {
  readonly reason: SkillCallFailure
  readonly recoveryOptions: string[]
  constructor(reason: SkillCallFailure, message: string, recoveryOptions: string[] = []) {
    super(message)
    this.reason = reason
    this.recoveryOptions = recoveryOptions
  }
}

interface Callee {
  version: ReleasedVersion
  action: PackageSummary['actions'][string]
  entry: string
  kind: 'javascript' | 'python' | 'workflow'
}

/** The versions for the whole tree below the skill which its user started, by full name. Asked once for each run. */
type ChosenVersions = () => Promise<ReadonlyMap<string, string>>

const byName = (items: readonly ChosenDependency[]): ReadonlyMap<string, string> =>
  new Map(items.map(({ fullName, version }) => [fullName, version]))

/** What was chosen when the skill was installed, so that its runs call no code that came later. */
async function keptChoice({ installations, platform }: ExecutionsContext, { row }: CallingRun) {
  const { installationId, versionId } = row
  if (installationId === null || versionId === null) return null
  return installations.needsOf(platform.database.q, { id: installationId, versionId })
}

function chooseVersions(deps: ExecutionsContext, run: CallingRun, root: Caller): ChosenVersions {
  const choose = async (): Promise<ReadonlyMap<string, string>> => {
    const kept = await keptChoice(deps, run)
    if (kept) return byName(kept)
    const viewer = { userId: run.row.userId, role: 'user' as const }
    const resolution = await deps.skills.resolveDependencies(deps.platform.database.q, root, viewer)
    if (resolution.status === 'resolved') return byName(resolution.items)
    throw new CallRefused('not_found', 'What this skill depends on cannot be had any more')
  }
  let chosen: ReturnType<typeof choose> | null = null
  return () => (chosen ??= choose())
}

/** Everything that the calls of one run have in common. */
interface Tree {
  deps: ExecutionsContext
  run: CallingRun
  chosen: ChosenVersions
  /** By depth: a call waits for deeper ones only, so that they cannot wait for each other. */
  gates: Map<number, Gate>
  counter: { calls: number }
}

async function releaseOf({ deps, run, chosen }: Tree, caller: Caller, skill: string): Promise<ReleasedVersion> {
  const isDependency = Object.hasOwn(caller.dependencies, skill)
  const number = isDependency ? (await chosen()).get(skill) : undefined
  if (number === undefined)
    throw new CallRefused('not_found', `${caller.fullName} does not depend on ${skill}`, [
      'Name the skill among the dependencies, then release a new version',
    ])
  const viewer = { userId: run.row.userId, role: 'user' as const }
  const wanted = { fullName: skill, version: number }
  return deps.skills.resolve(deps.platform.database.q, wanted, viewer).catch((error: unknown) => {
    if (error instanceof AppError)
      throw new CallRefused('not_found', `${skill} ${number} cannot be had: ${error.message}`, [
        `Install ${run.row.skill} again: that chooses anew what it calls`,
      ])
    throw error
  })
}

function calleeOf({ deps }: Tree, version: ReleasedVersion, name: string): Callee {
  const { kind, entry, actions } = version.summary
  const engine = deps.engines.find((one) => one.kind === kind)
  if (kind === 'instructions' || entry === null || !engine?.runnable)
    throw new CallRefused('not_runnable', `This server cannot run ${version.fullName}: ${engine?.message ?? kind}`)
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action) return { version, action, entry, kind }
  const names = Object.keys(actions).join(', ')
  throw new CallRefused('unknown_action', `${version.fullName} has no action ${name.slice(0, 64)}; it has ${names}`)
}

function requireInput({ action }: Callee, input: JsonValue): void {
  const issues = createActionValidator(action).validateInput(input)
  if (issues.length === 0) return
  const places = issues.slice(0, 5).map(({ path, message }) => `${path || 'the whole'} ${message}`)
  throw new CallRefused('input_invalid', `The input does not match the schema of the action: ${places.join('; ')}`)
}

/** A callee has a folder and a store of its own for this one call, and no secrets: those were given to the caller. */
async function runCallee(tree: Tree, call: SkillCall, callee: Callee): Promise<RunOutcome> {
  // It may have waited for its place while its run ended.
  if (call.signal.aborted) throw new CallRefused('cancelled', 'The run has ended')
  const { deps, run } = tree
  const { version, action, kind, entry } = callee
  const { summary } = version
  const label = `${version.fullName} ${version.semver}`
  const number = (tree.counter.calls += 1)
  const { blobs } = deps.platform
  const { workspacesDir, allowPrivateHosts } = deps.settings
  const workspace = await openWorkspace({ blobs, workspacesDir }, { claim: run.claim, call: number }, {})
  try {
    const files = await deps.packages.get(version)
    const tools = createBroker({
      clock: monotonic,
      permissions: commonPermissions(summary.permissions, run.granted),
      workspaceDir: workspace.dir,
      storage: createMemoryStorage(),
      models: deps.models,
      workshops: deps.sandbox.workshops,
      skillCaller: callerFor(tree, { fullName: version.fullName, dependencies: summary.dependencies }),
      budget: call.budget,
      depth: call.depth,
      allowPrivateHosts,
      onToolCall: createToolReporter(deps, { row: run.row, writer: run.writer, callee: label }),
    })
    return await deps.sandbox.run({
      kind,
      files,
      entry,
      action: call.action,
      input: call.input,
      env: {},
      limits: { wallMs: wallMsOf(action), memoryBytes: MEMORY_BYTES },
      workspaceDir: workspace.dir,
      tools,
      // What it streams is for its caller, which gets the result.
      onStream: () => undefined,
      onLog: (level, message) => run.writer.add({ kind: 'log', level, message: `${label}: ${message}` }),
      signal: call.signal,
    })
  } finally {
    await workspace.remove()
  }
}

function told(outcome: RunOutcome, version: string): SkillCallOutcome {
  switch (outcome.status) {
    case 'succeeded':
      return { status: 'succeeded', output: outcome.output, version }
    case 'cancelled':
      return { status: 'failed', reason: 'cancelled', message: 'The run has ended', recoveryOptions: [] }
    case 'failed':
    case 'timed_out': {
      const { errorType, message, recoveryOptions } = outcome.error
      return { status: 'failed', reason: errorType, message, recoveryOptions }
    }
  }
}

async function perform(tree: Tree, caller: Caller, call: SkillCall): Promise<SkillCallOutcome> {
  const version = await releaseOf(tree, caller, call.skill)
  if (!call.isGranted(version.semver))
    throw new CallRefused('not_granted', `${call.skill} ${version.semver} was not granted to this skill`)
  const callee = calleeOf(tree, version, call.action)
  requireInput(callee, call.input)
  const pass = tree.gates.get(call.depth) ?? createGate(tree.deps.settings.concurrency)
  tree.gates.set(call.depth, pass)
  const outcome = await pass(() => runCallee(tree, call, callee))
  tree.run.addUsage(outcome.usage)
  return told(checkOutput(callee.action, outcome), callee.version.semver)
}

function callerFor(tree: Tree, caller: Caller): SkillCaller {
  return {
    call: (call) =>
      perform(tree, caller, call).catch((error: unknown): SkillCallOutcome => {
        if (error instanceof CallRefused)
          return {
            status: 'failed',
            reason: error.reason,
            message: error.message,
            recoveryOptions: error.recoveryOptions,
          }
        tree.deps.platform.log.error({ err: error, execution: tree.run.row.id }, 'a call of a skill failed on our side')
        const message = `${call.skill} could not be run by this server`
        return { status: 'failed', reason: 'sandbox_error', message, recoveryOptions: ['Try again'] }
      }),
  }
}

/**
 * What runs the skills that a run calls: only dependencies of the one that calls, at the versions chosen for the whole tree, each with what
 * it declares as far as the user granted it to the skill that they started. Their calls and what they use show as that run's.
 */
export function createSkillCaller(
  deps: ExecutionsContext,
  run: CallingRun,
  root: { dependencies: PackageSummary['dependencies'] },
): SkillCaller {
  const caller = { fullName: run.row.skill, dependencies: root.dependencies }
  const chosen = chooseVersions(deps, run, caller)
  return callerFor({ deps, run, chosen, gates: new Map(), counter: { calls: 0 } }, caller)
}
