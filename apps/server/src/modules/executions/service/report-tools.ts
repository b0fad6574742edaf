import type { JsonObject } from '@guildhall/contracts'
import type { ToolCallEntry } from '@guildhall/sandbox'
import type { ExecutionRow } from '../store.ts'
import type { EventWriter } from './event-writer.ts'
import type { ExecutionsContext } from './executions-deps.ts'

/** Whose calls are told: the skill that its user started, or one that it called. */
export interface ToolUser {
  row: ExecutionRow
  writer: EventWriter
  /** `@publisher/name version` of a skill that was called; null for the one that its user started. */
  callee: string | null
}

/**
 * Says what the broker saw: an event for each call; an audit entry for each that was refused, and for each that leaves the machine, uses
 * a secret, spends tokens or runs another skill; for the first refusal of each tool a line in the run's log and in the server's.
 */
export function createToolReporter(deps: ExecutionsContext, { row, writer, callee }: ToolUser) {
  const refused = new Set<string>()
  return (entry: ToolCallEntry): void => {
    const { durationMs, outcome, detail, cause } = entry
    const tool = callee === null ? entry.tool : `${callee}: ${entry.tool}`
    const event = { kind: 'tool' as const, tool, durationMs, outcome, detail }
    if (cause !== null) deps.platform.log.error({ err: cause, execution: row.id, tool }, 'a tool broke')
    if (outcome !== 'refused' && !entry.sensitive) return writer.add(event)
    const { asked, secrets } = entry
    const facts: JsonObject = {
      skill: row.skill,
      version: row.semver,
      action: row.action,
      tool,
      asked,
      outcome,
      detail,
    }
    const action = outcome === 'refused' ? 'execution.tool-refused' : 'execution.tool-used'
    writer.add(event, {
      actor: row.userId,
      action,
      subject: row.id,
      facts: secrets.length === 0 ? facts : { ...facts, secrets: [...secrets] },
    })
    if (outcome !== 'refused' || refused.has(tool)) return
    refused.add(tool)
    deps.platform.log.warn({ execution: row.id, user: row.userId, ...facts }, 'a skill was refused a tool')
    const message = `The skill was refused the tool ${tool}: ${detail ?? 'not granted'}`
    writer.add({ kind: 'log', level: 'warn', message })
  }
}
