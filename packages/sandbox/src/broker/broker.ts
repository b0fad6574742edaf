import { resolveAll } from '@guildhall/outbound'
import type { JsonValue, Permissions } from '@guildhall/contracts'
import type { ModelsPort } from '@guildhall/models'
import { processClock, type MonotonicClock, type ToolCaller, type ToolErrorType, type ToolResult } from '../run.ts'
import { createStandardTools } from '../tools/standard-tools.ts'
import { noWorkshop, type Workshop } from '../workshop/workshop.ts'
import type { Workshops } from '../workshop/workshops.ts'
import { createGate, type Gate } from '../gate.ts'
import { Budget, type ToolClass } from './budget.ts'
import { startCallClock } from './call-clock.ts'
import { checkArguments, checkPart, checkResult } from './hostile-value.ts'
import { isGranted, isSensitive, permissionRefusal } from './permission-rule.ts'
import { createRedactor, type Redactor } from './redactor.ts'
import { createRunSecrets } from './run-secrets.ts'
import type { SecretPort } from './secrets.ts'
import type { SkillCaller } from './skill-caller.ts'
import { ToolFailure, type StoragePort, type Tool, type ToolContext } from './tool.ts'

/** One call, for the events of the run, the log and the audit. Never holds arguments, results or values of secrets. */
export interface ToolCallEntry {
  tool: string
  outcome: 'ok' | 'failed' | 'refused'
  durationMs: number
  /** What the skill was told, or null after success. */
  detail: string | null
  errorType: ToolErrorType | null
  /** For a refusal: the permission that was not granted. */
  permission: string | null
  /** The permission that the call asked for, such as `network:api.example.com`. Null for an unknown tool. */
  asked: string | null
  /** Whether it leaves the machine, uses a secret, spends tokens or runs another skill: worth an audit entry, whatever its outcome. */
  sensitive: boolean
  /** Names of the secrets that were filled in. */
  secrets: readonly string[]
  /** What was behind a failure that is no fault of the skill. For the log of the host only. */
  cause: unknown
}

export interface BrokerOptions {
  /** What the installation was granted; not what the skill declares. */
  permissions: Permissions
  /** A folder for this run alone, or null. The host makes and removes it. */
  workspaceDir: string | null
  storage: StoragePort | null
  /** Hears of every call, after it. Must not throw. */
  onToolCall: (entry: ToolCallEntry) => void
  /** Values of the secrets of this installation. Default none: each is told as not configured. */
  secrets?: SecretPort | null
  /** Default none: the tools of `ai` are told as not configured. */
  models?: ModelsPort | null
  /** Default none: `skills.call` is told as not configured. */
  skillCaller?: SkillCaller | null
  /** Where files of strangers are worked on: those of the sandbox. Default none: the tools that do so are told as not configured. */
  workshops?: Pick<Workshops, 'forRun'> | null
  /** What the run may use. For a skill that is called by another one: the budget of the SkillCall. Default: a budget of its own with default limits. */
  budget?: Budget
  /** For a skill that is called by another one: the depth of the SkillCall. Default 0. */
  depth?: number
  /** Default: `createStandardTools()`. */
  tools?: readonly Tool[]
  /** Calls served at the same time; the others wait. Default 8. */
  concurrentCalls?: number
  /** `host:port` that http.* may reach although the address is private, and give secrets without https. For tests. Default none. */
  allowPrivateHosts?: readonly string[]
  /** Default: the process's own monotonic clock. */
  clock?: MonotonicClock
  /** Default: the system's resolver. */
  resolveHost?: ToolContext['resolveHost']
}

/** What happens when a call does not end: it is answered as if it had failed, whatever the tool still does. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal, failureOf: () => ToolFailure): Promise<T> {
  const stopped = Promise.withResolvers<never>()
  const onAbort = () => stopped.reject(failureOf())
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  work.catch(() => {})
  return Promise.race([work, stopped.promise]).finally(() => signal.removeEventListener('abort', onAbort))
}

function classOf({ permission, alsoNeeds }: Tool): ToolClass {
  const [, kind] = /^(network|ai|skills|storage)(?::|$)/.exec(permission) ?? []
  if (kind === 'network' || kind === 'ai' || kind === 'skills' || kind === 'storage') return kind
  return [permission, ...alsoNeeds].some((needed) => needed.startsWith('fileSystem.')) ? 'files' : 'compute'
}

/** Whether what it does shows outside of its answer: in the run's folder, or as the run of another skill. */
function leavesTraces(tool: Tool): boolean {
  const toolClass = classOf(tool)
  return toolClass === 'files' || toolClass === 'skills'
}

const noRedactor = createRedactor(new Map())
const MAX_FAILURE_CHARS = 2_000
const MAX_RECOVERY_OPTIONS = 10

/** What a fault of a tool says to the log, without the values of secrets. */
function loggable(cause: unknown, redactor: Redactor): unknown {
  if (!(cause instanceof Error)) return cause
  const text = cause.stack ?? cause.message
  const clean = redactor.text(text)
  return clean === text ? cause : new Error(clean)
}

function lateness({ name, isWaiting }: Call, timeoutMs: number): ToolFailure {
  if (!isWaiting)
    return new ToolFailure('timeout', `${name} took longer than ${timeoutMs} ms`, { recoveryOptions: ['Try again'] })
  const message = `${name} waited ${timeoutMs} ms in vain for a process to work in: this host is busy`
  return new ToolFailure('timeout', message, { recoveryOptions: ['Try again later', 'Make fewer such calls at once'] })
}

/** What is known of a call while it is served. */
interface Call {
  name: string
  args: JsonValue
  runSignal: AbortSignal
  onPart: (part: JsonValue) => void
  asked: string | null
  secrets: Set<string>
  sensitive: boolean
  /** Whether it waits for a process that works on files. */
  isWaiting: boolean
  /** Once it was answered. */
  isOver: boolean
}

/**
 * Stands between a guest and everything it may touch. Each call: known tool, sound arguments, permission granted to this installation, a
 * budget that is not used up, then the tool itself within its time, and its answer within bounds and without values of secrets. Every
 * answer is a ToolResult; `call` never rejects.
 */
export function createBroker(options: BrokerOptions): ToolCaller {
  return new Broker(options)
}

class Broker implements ToolCaller {
  private readonly options: BrokerOptions
  private readonly tools: ReadonlyMap<string, Tool>
  private readonly budget: Budget
  private readonly secrets: ReturnType<typeof createRunSecrets>
  private readonly clock: MonotonicClock
  private readonly workshop: Workshop
  private readonly pass: Gate
  private readonly exclusively = createGate(1)
  /** Work that would be seen if it went on after its run. */
  private readonly going = new Set<Promise<unknown>>()

  constructor(options: BrokerOptions) {
    const { permissions, allowPrivateHosts = [] } = options
    this.options = options
    this.tools = new Map((options.tools ?? createStandardTools()).map((tool) => [tool.name, tool]))
    this.budget = options.budget ?? new Budget()
    this.secrets = createRunSecrets({ permissions, port: options.secrets ?? null, allowPrivateHosts })
    this.clock = options.clock ?? processClock
    this.workshop = options.workshops?.forRun() ?? noWorkshop
    this.pass = createGate(options.concurrentCalls ?? 8)
  }

  used() {
    return this.budget.used()
  }

  async settled() {
    while (this.going.size > 0) await Promise.allSettled(this.going)
  }

  async call(
    name: string,
    args: JsonValue,
    runSignal: AbortSignal,
    onPart: (part: JsonValue) => void = () => {},
  ): Promise<ToolResult> {
    const startedMs = this.clock.nowMs()
    const call: Call = {
      name,
      args,
      runSignal,
      onPart,
      asked: null,
      secrets: new Set(),
      sensitive: false,
      isWaiting: false,
      isOver: false,
    }
    try {
      const data = await this.pass(() => this.serve(call))
      const durationMs = this.clock.nowMs() - startedMs
      this.report(call, durationMs, null)
      return { success: true, data, metadata: { durationMs } }
    } catch (thrown) {
      const durationMs = this.clock.nowMs() - startedMs
      return this.failed(call, durationMs, thrown)
    } finally {
      call.isOver = true
    }
  }

  private failed(call: Call, durationMs: number, thrown: unknown): ToolResult {
    const failure =
      thrown instanceof ToolFailure ? thrown : new ToolFailure('tool_error', `${call.name.slice(0, 100)} failed`)
    // A failure on this machine says what the skill said: hiding a value in it would tell that a guess was right.
    const redactor = call.sensitive ? this.secrets.redactor() : noRedactor
    const error = redactor.text(failure.message).slice(0, MAX_FAILURE_CHARS)
    const { errorType, permission } = failure
    const cause = loggable(thrown === failure ? (failure.cause ?? null) : thrown, redactor)
    this.report(call, durationMs, { error, errorType, permission, cause })
    const recoveryOptions = failure.recoveryOptions
      .slice(0, MAX_RECOVERY_OPTIONS)
      .map((option) => redactor.text(option))
    return { success: false, error, errorType, recoveryOptions, metadata: { durationMs } }
  }

  private report(
    call: Call,
    durationMs: number,
    failed: { error: string; errorType: ToolErrorType; permission: string | null; cause: unknown } | null,
  ) {
    const { asked, sensitive } = call
    const told = { tool: call.name.slice(0, 100), durationMs, asked, sensitive, secrets: [...call.secrets] }
    if (failed === null)
      this.options.onToolCall({ ...told, outcome: 'ok', detail: null, errorType: null, permission: null, cause: null })
    else {
      const { error: detail, errorType, permission, cause } = failed
      const outcome = errorType === 'permission_denied' ? 'refused' : 'failed'
      this.options.onToolCall({ ...told, outcome, detail, errorType, permission, cause })
    }
  }

  private async serve(call: Call): Promise<JsonValue> {
    const { name, args, runSignal } = call
    if (runSignal.aborted) throw new ToolFailure('cancelled', 'The run has ended')
    const tool = this.tools.get(name)
    if (!tool)
      throw new ToolFailure('unknown_tool', `There is no tool named ${JSON.stringify(name.slice(0, 100))}`, {
        recoveryOptions: ['See the list of tools in the documentation'],
      })
    call.sensitive = isSensitive(tool.permission)
    const checkingArguments = checkArguments(args, name)
    if (checkingArguments) await checkingArguments
    if (runSignal.aborted) throw new ToolFailure('cancelled', 'The run has ended')
    this.checkPermission(tool, call)
    this.budget.countCall(classOf(tool))
    const answer = await this.serveInTime(tool, call)
    const checkingAnswer = checkResult(answer, name)
    if (checkingAnswer) await checkingAnswer
    return call.sensitive ? this.secrets.redactor().json(answer) : answer
  }

  private async serveInTime(tool: Tool, call: Call): Promise<JsonValue> {
    const { timeoutMs } = tool
    const clock = startCallClock(call.runSignal, timeoutMs)
    const work = this.invoke(tool, call, clock.signal)
    if (leavesTraces(tool)) this.follow(work)
    try {
      return await untilAborted(work, clock.signal, () =>
        call.runSignal.aborted ? new ToolFailure('cancelled', 'The run has ended') : lateness(call, timeoutMs),
      )
    } finally {
      clock.stop()
    }
  }

  private follow(work: Promise<unknown>) {
    this.going.add(work)
    const forget = () => void this.going.delete(work)
    work.then(forget, forget)
  }

  private checkPermission(tool: Tool, call: Call) {
    const { permissions } = this.options
    call.asked = tool.permissionFor(call.args)
    for (const permission of [call.asked, ...tool.alsoNeeds])
      if (!isGranted(permissions, permission)) throw permissionRefusal(permission, tool.name)
  }

  private async invoke(tool: Tool, call: Call, signal: AbortSignal): Promise<JsonValue> {
    const { permissions, workspaceDir, storage, resolveHost = resolveAll, allowPrivateHosts = [] } = this.options
    const { models = null, skillCaller = null, depth = 0 } = this.options
    const { budget, exclusively } = this
    const onPart = (part: JsonValue) => {
      if (call.isOver || signal.aborted) return
      checkPart(part, tool.name)
      call.onPart(call.sensitive ? this.secrets.redactor().json(part) : part)
    }
    const secrets = await this.secrets.open(tool, (name) => void call.secrets.add(name))
    const { runSignal } = call
    const onWait = (isWaiting: boolean) => {
      call.isWaiting = isWaiting
    }
    const work: ToolContext['work'] = (job, payload) => this.workshop.run(job, payload, { signal, runSignal, onWait })
    const place = { permissions, signal, workspaceDir, storage, exclusively, work }
    const network = { resolveHost, allowPrivateHosts, countNetwork: (bytes: number) => budget.countNetwork(bytes) }
    return tool.invoke(call.args, { ...place, ...network, budget, secrets, models, skillCaller, depth, onPart })
  }
}
