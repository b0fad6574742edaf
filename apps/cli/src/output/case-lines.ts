import type { ActionCase } from '@guildhall/contracts'
import type { CaseVerdict } from '@guildhall/sandbox'
import type { Paint } from './paint.ts'
import { plainLine } from './plain-text.ts'

const MOST_LOGS = 20

/** A case and how it came out; one that failed with what was wrong and the last it logged. */
export function caseLines(
  { id, action }: ActionCase,
  { problems, outcome }: CaseVerdict,
  logs: readonly string[],
  paint: Paint,
): string[] {
  const took = paint.dim(`${Math.round(outcome.usage.durationMs)} ms`)
  if (problems.length === 0) return [`${paint.green('ok')}    ${action} ${id}  ${took}`]
  return [
    `${paint.red('FAIL')}  ${action} ${id}  ${took}`,
    ...problems.map((problem) => `      ${plainLine(problem, 500)}`),
    ...logs.slice(-MOST_LOGS).map((line) => paint.dim(`      log: ${plainLine(line, 500)}`)),
  ]
}
