import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActionSchema, ActionSchemas, ExecutionUsage, Permissions } from '@guildhall/contracts'
import { rcompare } from 'semver'
import { ActionSchemaError, createActionValidator } from '../action-validator.ts'
import { checkOutput } from '../check-output.ts'
import type { ExecutableKind, LogLevel, RunOutcome, ToolCaller } from '../run.ts'
import type { Sandbox } from '../sandbox.ts'
import { createMemoryStorage } from '../tools/memory-storage.ts'
import { type BrokerOptions, createBroker, type ToolCallEntry } from './broker.ts'
import type { SkillCall, SkillCaller, SkillCallFailure, SkillCallOutcome } from './skill-caller.ts'

/** A skill that lies ready to be called. */
export interface CallableSkill {
  /** `@publisher/name`. */
  fullName: string
  version: string
  kind: ExecutableKind
  /** Path of the entry within `files`. */
  entry: string
  files: ReadonlyMap<string, Uint8Array>
  actions: ActionSchemas
  /** What it may touch when it is called. */
  permissions: Permissions
}

type RefusedCall = Extract<SkillCallOutcome, { status: 'failed' }>

/** Knows which skill a caller means, or why it may not call it. The caller is null for the skill that a person started. */
export type SkillFinder = (call: SkillCall, caller: CallableSkill | null) => CallableSkill | RefusedCall

export interface LocalSkillCallerOptions {
  sandbox: Pick<Sandbox, 'run'> & Partial<Pick<Sandbox, 'workshops'>>
  /** Of several versions of a skill in a list the highest one that the caller was granted is called, whoever calls. */
  skills: readonly CallableSkill[] | SkillFinder
  /** What the brokers of callees have beside that. Secrets belong to the installation of the caller: they are not handed on. */
  host?: Pick<BrokerOptions, 'models' | 'allowPrivateHosts' | 'resolveHost' | 'clock'>
  /** Stands between a callee and its tools. Default: nothing does. */
  guard?: (skill: CallableSkill, tools: ToolCaller) => ToolCaller
  /** Hears of the calls that callees make. Must not throw. */
  onToolCall?: (skill: CallableSkill, entry: ToolCallEntry) => void
  /** Must not throw. */
  onLog?: (skill: CallableSkill, level: LogLevel, message: string) => void
  /** Hears what a callee used, without what its own callees did, after its run. Must not throw. */
  onUsage?: (skill: CallableSkill, usage: ExecutionUsage) => void
}

function refusal(reason: SkillCallFailure, message: string): RefusedCall {
  return { status: 'failed', reason, message, recoveryOptions: [] }
}

function told(outcome: RunOutcome, { version }: CallableSkill): SkillCallOutcome {
  if (outcome.status === 'succeeded') return { status: 'succeeded', output: outcome.output, version }
  if (outcome.status === 'cancelled') return refusal('cancelled', 'The run has ended')
  const { errorType: reason, message, recoveryOptions } = outcome.error
  return { status: 'failed', reason, message, recoveryOptions }
}

function finderAmong(skills: readonly CallableSkill[]): SkillFinder {
  return (call) => {
    const versions = skills.filter(({ fullName }) => fullName === call.skill)
    if (versions.length === 0) return refusal('not_found', 'There is no such skill here')
    const granted = versions.filter(({ version }) => call.isGranted(version))
    const [skill] = granted.toSorted((a, b) => rcompare(a.version, b.version))
    return skill ?? refusal('not_granted', 'No version of it was granted')
  }
}

/** What all the calls of a run have in common. */
interface Calls extends LocalSkillCallerOptions {
  find: SkillFinder
}

/** A skill that is called, and in which folder it works meanwhile. */
interface Callee {
  skill: CallableSkill
  call: SkillCall
  workspaceDir: string
}

function toolsFor(calls: Calls, { skill, call, workspaceDir }: Callee): ToolCaller {
  const { sandbox, host = {}, onToolCall, guard } = calls
  const broker = createBroker({
    ...host,
    permissions: skill.permissions,
    workspaceDir,
    storage: createMemoryStorage(),
    workshops: sandbox.workshops ?? null,
    budget: call.budget,
    depth: call.depth,
    skillCaller: callerFor(calls, skill),
    onToolCall: (entry) => onToolCall?.(skill, entry),
  })
  return guard ? guard(skill, broker) : broker
}

function runIn(calls: Calls, callee: Callee, { timeoutMs }: ActionSchema): Promise<RunOutcome> {
  const { skill, call, workspaceDir } = callee
  return calls.sandbox.run({
    kind: skill.kind,
    files: skill.files,
    entry: skill.entry,
    action: call.action,
    input: call.input,
    env: {},
    limits: { wallMs: timeoutMs },
    workspaceDir,
    tools: toolsFor(calls, callee),
    onStream: () => {},
    onLog: (level, message) => calls.onLog?.(skill, level, message),
    signal: call.signal,
  })
}

async function run(calls: Calls, called: Omit<Callee, 'workspaceDir'>, action: ActionSchema): Promise<RunOutcome> {
  const workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-call-'))
  try {
    return await runIn(calls, { ...called, workspaceDir }, action)
  } finally {
    await rm(workspaceDir, { recursive: true, force: true })
  }
}

async function perform(calls: Calls, call: SkillCall, by: CallableSkill | null): Promise<SkillCallOutcome> {
  const skill = calls.find(call, by)
  if ('status' in skill) return skill
  if (!call.isGranted(skill.version)) return refusal('not_granted', `Version ${skill.version} was not granted`)
  const action = Object.hasOwn(skill.actions, call.action) ? skill.actions[call.action] : undefined
  if (!action)
    return refusal('unknown_action', `It has no such action; it has ${Object.keys(skill.actions).join(', ')}`)
  const [issue] = createActionValidator(action).validateInput(call.input)
  if (issue) return refusal('input_invalid', `The input does not match: ${issue.path || 'the whole'} ${issue.message}`)
  const outcome = await run(calls, { skill, call }, action)
  calls.onUsage?.(skill, outcome.usage)
  return told(checkOutput(action, outcome), skill)
}

function callerFor(calls: Calls, by: CallableSkill | null): SkillCaller {
  return {
    call: (call) =>
      perform(calls, call, by).catch((error: unknown) => {
        if (error instanceof ActionSchemaError) return refusal('sandbox_error', error.message)
        throw error
      }),
  }
}

/** Runs skills that are all there already: for tests, and for trying skills out on the machine of their author. */
export function createLocalSkillCaller(options: LocalSkillCallerOptions): SkillCaller {
  const { skills } = options
  return callerFor({ ...options, find: typeof skills === 'function' ? skills : finderAmong(skills) }, null)
}
