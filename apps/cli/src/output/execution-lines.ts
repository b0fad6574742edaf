import type { Execution, ExecutionError, ExecutionUsage, JsonValue } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { plainLine, plainText } from './plain-text.ts'

/** A value as text: a string as it is, anything else as JSON. */
export function valueText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** A streamed piece as text: strings flow on, anything else is a line of JSON. */
export function chunkText(chunk: JsonValue): string {
  return typeof chunk === 'string' ? chunk : `${JSON.stringify(chunk)}\n`
}

/** What a run used, in one line. */
export function usageLine(usage: ExecutionUsage): string {
  const mebibytes = (usage.peakMemoryBytes / 1024 / 1024).toFixed(1)
  const parts = [`${Math.round(usage.durationMs)} ms`, `${mebibytes} MiB`, `${usage.toolCalls} tool calls`]
  if (usage.networkBytes > 0) parts.push(`${usage.networkBytes} bytes over the network`)
  if (usage.tokens > 0) parts.push(`${usage.tokens} tokens`)
  return parts.join(', ')
}

/** Why a run did not succeed, and what can be done. */
export function executionErrorLines(error: ExecutionError, paint: Paint): string[] {
  return [
    `${paint.red('error:')} ${plainText(error.message)} (${error.errorType})`,
    ...error.recoveryOptions.map((option) => `  ${paint.dim('mend: ')}  ${plainText(option)}`),
  ]
}

/** What ran; a draft may have no version. */
const versioned = ({ skill, version }: Execution): string => (version === null ? skill : `${skill}@${version}`)

/** Cells of a run in the history. */
export function executionRow(execution: Execution): string[] {
  return [
    execution.id,
    versioned(execution),
    execution.action,
    execution.status,
    execution.usage === null ? '' : `${Math.round(execution.usage.durationMs)}`,
    execution.createdAt.slice(0, 19).replace('T', ' '),
  ]
}

/** One run with its input and its end. */
export function executionLines(execution: Execution, paint: Paint): string[] {
  return [
    `${paint.bold(versioned(execution))} ${execution.action}  ${execution.status}  ${paint.dim(execution.id)}`,
    `  input   ${plainLine(JSON.stringify(execution.input), 400)}`,
    ...(execution.usage === null ? [] : [`  used    ${usageLine(execution.usage)}`]),
    ...(execution.error === null ? [] : executionErrorLines(execution.error, paint)),
    ...execution.files.map(({ path, sizeBytes }) => `  file    ${plainLine(path)} (${sizeBytes} bytes)`),
    ...(execution.isOutputLarge
      ? [`  The result is large: \`guildhall runs ${execution.id} --output <folder>\` saves it.`]
      : []),
    ...(execution.output === null ? [] : [plainText(valueText(execution.output))]),
  ]
}
