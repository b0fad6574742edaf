import { resolveAll } from '@guildhall/outbound'
import type { JsonValue, Permissions } from '@guildhall/contracts'
import { processClock, type MonotonicClock, type ToolCaller, type ToolErrorType, type ToolResult } from '../run.ts'
import { createStandardTools } from '../tools/standard-tools.ts'
import { isGranted, permissionRefusal } from './permission-rule.ts'
import { ToolFailure, type StoragePort, type Tool, type ToolContext } from './tool.ts'

/** One call, for the events of the run, the log and the audit. Never holds arguments or results. */
export interface ToolCallEntry {
  tool: string
  outcome: 'ok' | 'failed' | 'refused'
  durationMs: number
  /** What the skill was told, or null after success. */
  detail: string | null
  errorType: ToolErrorType | null
  /** For a refusal: the permission that was not granted. */
  permission: string | null
  /** For an unexpected fault of a tool: what was thrown. For the log of the host only. */
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
  /** Default: `createStandardTools()`. */
  tools?: readonly Tool[]
  /** Calls served at the same time; the others wait. Default 8. */
  concurrentCalls?: number
  /** `host:port` that http.get may reach although the address is private. For tests. Default none. */
  allowPrivateHosts?: readonly string[]
  /** Default: the process's own monotonic clock. */
  clock?: MonotonicClock
  /** Default: the system's resolver. */
  resolveHost?: ToolContext['resolveHost']
}

function createGate(places: number) {
  let free = places
  const waiting: (() => void)[] = []
  return async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
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

function checkPermission(tool: Tool, args: JsonValue, permissions: Permissions) {
  for (const permission of [tool.permissionFor(args), ...tool.alsoNeeds])
    if (!isGranted(permissions, permission)) throw permissionRefusal(permission, tool.name)
}

/**
 * Stands between a guest and everything it may touch. Each call: known tool, permission granted to this installation, arguments, then the
 * tool itself within its time. Every answer is a ToolResult; `call` never rejects.
 */
export function createBroker(options: BrokerOptions): ToolCaller {
  const tools = new Map((options.tools ?? createStandardTools()).map((tool) => [tool.name, tool]))
  const pass = createGate(options.concurrentCalls ?? 8)
  const exclusively = createGate(1)
  let networkBytes = 0
  const { permissions, clock = processClock, workspaceDir, storage, onToolCall, resolveHost = resolveAll } = options

  async function serve(name: string, args: JsonValue, runSignal: AbortSignal): Promise<JsonValue> {
    if (runSignal.aborted) throw new ToolFailure('cancelled', 'The run has ended')
    const tool = tools.get(name)
    if (!tool)
      throw new ToolFailure('unknown_tool', `There is no tool named ${JSON.stringify(name.slice(0, 100))}`, {
        recoveryOptions: ['See the list of tools in the documentation'],
      })
    checkPermission(tool, args, permissions)
    const signal = AbortSignal.any([runSignal, AbortSignal.timeout(tool.timeoutMs)])
    const allowPrivateHosts = options.allowPrivateHosts ?? []
    const countNetwork = (bytes: number) => void (networkBytes += bytes)
    const where = { workspaceDir, storage, exclusively }
    const context = { permissions, signal, ...where, resolveHost, allowPrivateHosts, countNetwork }
    return untilAborted(tool.invoke(args, context), signal, () =>
      runSignal.aborted
        ? new ToolFailure('cancelled', 'The run has ended')
        : new ToolFailure('timeout', `${name} took longer than ${tool.timeoutMs} ms`, {
            recoveryOptions: ['Try again'],
          }),
    )
  }

  return {
    used: () => ({ networkBytes, tokens: 0 }),
    async call(name, args, signal): Promise<ToolResult> {
      const startedMs = clock.nowMs()
      const entry = { tool: name.slice(0, 100), errorType: null, permission: null, cause: null }
      try {
        const data = await pass(() => serve(name, args, signal))
        const durationMs = clock.nowMs() - startedMs
        onToolCall({ ...entry, outcome: 'ok', durationMs, detail: null })
        return { success: true, data, metadata: { durationMs } }
      } catch (thrown) {
        const failed = thrown instanceof ToolFailure ? thrown : new ToolFailure('tool_error', `${entry.tool} failed`)
        const { errorType, recoveryOptions, permission, message } = failed
        const durationMs = clock.nowMs() - startedMs
        const outcome = errorType === 'permission_denied' ? 'refused' : 'failed'
        const cause = thrown === failed ? null : thrown
        onToolCall({ ...entry, outcome, durationMs, detail: message, errorType, permission, cause })
        return { success: false, error: message, errorType, recoveryOptions, metadata: { durationMs } }
      }
    },
  }
}
