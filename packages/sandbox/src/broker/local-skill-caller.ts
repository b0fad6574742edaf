import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActionSchema, ActionSchemas, Permissions } from '@guildhall/contracts'
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

export interface LocalSkillCallerOptions {
  sandbox: Pick<Sandbox, 'run'> & Partial<Pick<Sandbox, 'workshops'>>
  /** Of several versions of a skill the highest one that the caller was granted is called. */
  skills: readonly CallableSkill[]
  /** What the brokers of callees have beside that. Secrets belong to the installation of the caller: they are not handed on. */
  host?: Pick<BrokerOptions, 'models' | 'allowPrivateHosts' | 'resolveHost' | 'clock'>
  /** Hears of the calls that callees make. Must not throw. */
  onToolCall?: (skill: CallableSkill, entry: ToolCallEntry) => void
  /** Must not throw. */
  onLog?: (skill: CallableSkill, level: LogLevel, message: string) => void
}

function refusal(reason: SkillCallFailure, message: string): SkillCallOutcome {
  return { status: 'failed', reason, message, recoveryOptions: [] }
}

function told(outcome: RunOutcome, { version }: CallableSkill): SkillCallOutcome {
  if (outcome.status === 'succeeded') return { status: 'succeeded', output: outcome.output, version }
  if (outcome.status === 'cancelled') return refusal('cancelled', 'The run has ended')
  const { errorType: reason, message, recoveryOptions } = outcome.error
  return { status: 'failed', reason, message, recoveryOptions }
}

/** Runs skills that are all there already: for tests, and for trying skills out on the machine of their author. */
export function createLocalSkillCaller(options: LocalSkillCallerOptions): SkillCaller {
  const { sandbox, skills, host = {}, onToolCall = () => {}, onLog = () => {} } = options

  function brokerFor(skill: CallableSkill, call: SkillCall, workspaceDir: string): ToolCaller {
    return createBroker({
      ...host,
      permissions: skill.permissions,
      workspaceDir,
      storage: createMemoryStorage(),
      workshops: sandbox.workshops ?? null,
      budget: call.budget,
      depth: call.depth,
      skillCaller: caller,
      onToolCall: (toolCall) => onToolCall(skill, toolCall),
    })
  }

  async function run(skill: CallableSkill, { timeoutMs }: ActionSchema, call: SkillCall): Promise<RunOutcome> {
    const { kind, entry, files } = skill
    const workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-call-'))
    try {
      return await sandbox.run({
        kind,
        files,
        entry,
        action: call.action,
        input: call.input,
        env: {},
        limits: { wallMs: timeoutMs },
        workspaceDir,
        tools: brokerFor(skill, call, workspaceDir),
        onStream: () => {},
        onLog: (level, message) => onLog(skill, level, message),
        signal: call.signal,
      })
    } finally {
      await rm(workspaceDir, { recursive: true, force: true })
    }
  }

  async function perform(call: SkillCall): Promise<SkillCallOutcome> {
    const versions = skills.filter(({ fullName }) => fullName === call.skill)
    if (versions.length === 0) return refusal('not_found', 'There is no such skill here')
    const granted = versions.filter(({ version }) => call.isGranted(version))
    const [skill] = granted.toSorted((a, b) => rcompare(a.version, b.version))
    if (!skill) return refusal('not_granted', 'No version of it was granted')
    const action = Object.hasOwn(skill.actions, call.action) ? skill.actions[call.action] : undefined
    if (!action)
      return refusal('unknown_action', `It has no such action; it has ${Object.keys(skill.actions).join(', ')}`)
    const [issue] = createActionValidator(action).validateInput(call.input)
    if (issue)
      return refusal('input_invalid', `The input does not match: ${issue.path || 'the whole'} ${issue.message}`)
    return told(checkOutput(action, await run(skill, action, call)), skill)
  }

  const caller: SkillCaller = {
    call: (call) =>
      perform(call).catch((error: unknown) => {
        if (error instanceof ActionSchemaError) return refusal('sandbox_error', error.message)
        throw error
      }),
  }
  return caller
}
