import { ActionName, FullName, type JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import { CheckedJson } from '../broker/checked-json.ts'
import { isSkillGranted, permissionRefusal } from '../broker/permission-rule.ts'
import type { SkillCallFailure, SkillCallOutcome } from '../broker/skill-caller.ts'
import { defineTool, ToolFailure, type Tool, type ToolContext } from '../broker/tool.ts'
import type { ToolErrorType } from '../run.ts'

/** A skill that a person started may call one that calls one that calls one that calls one. */
export const MAX_CALL_DEPTH = 4

const Input = z.strictObject({
  skill: FullName.describe('The skill, as @publisher/name'),
  action: ActionName.describe('One of its actions'),
  input: CheckedJson.default({}).describe('What the action takes'),
})
type Input = z.output<typeof Input>

function permissionFor(args: JsonValue): string {
  const { success, data } = z.object({ skill: FullName }).safeParse(args)
  return success ? `skills:${data.skill}` : 'skills'
}

const errorTypes: Record<SkillCallFailure, ToolErrorType> = {
  not_found: 'not_found',
  not_granted: 'permission_denied',
  unknown_action: 'input_invalid',
  not_runnable: 'not_configured',
  skill_error: 'tool_error',
  input_invalid: 'input_invalid',
  output_invalid: 'tool_error',
  permission_denied: 'permission_denied',
  timeout: 'timeout',
  memory_limit: 'tool_error',
  output_limit: 'too_large',
  quota_exceeded: 'quota_exceeded',
  tool_error: 'tool_error',
  interrupted: 'tool_error',
  cancelled: 'cancelled',
  sandbox_error: 'tool_error',
}

function failureOf({ skill, action }: Input, outcome: SkillCallOutcome & { status: 'failed' }): ToolFailure {
  const { reason, message, recoveryOptions } = outcome
  if (reason === 'not_granted') return permissionRefusal(`skills:${skill}`, 'skills.call')
  return new ToolFailure(errorTypes[reason], `${skill} ${action}: ${message}`, { recoveryOptions })
}

async function callSkill(input: Input, context: ToolContext): Promise<JsonValue> {
  const { skillCaller, signal, budget, permissions } = context
  if (!skillCaller)
    throw new ToolFailure('not_configured', 'Skills cannot be called here', {
      recoveryOptions: ['Run the skill where the skills that it needs are installed'],
    })
  const depth = context.depth + 1
  if (depth > MAX_CALL_DEPTH)
    throw new ToolFailure('quota_exceeded', `Skills call one another at most ${MAX_CALL_DEPTH} deep`, {
      recoveryOptions: ['See whether the skills call one another in a circle'],
    })
  const isGranted = (version: string) => isSkillGranted(permissions.skills, input.skill, version)
  const outcome = await skillCaller.call({ ...input, depth, signal, budget: budget.branch(), isGranted })
  if (outcome.status === 'failed') throw failureOf(input, outcome)
  if (!isGranted(outcome.version)) throw new Error(`${input.skill} ${outcome.version} ran without having been granted`)
  return outcome.output
}

/** `skills.call`: an action of another skill, with permissions of its own, within the budget of this run. */
export function createSkillsCall(): Tool {
  return defineTool({
    name: 'skills.call',
    summary: 'Run an action of another skill',
    permission: 'skills',
    permissionFor,
    input: Input,
    output: CheckedJson.describe('What the action answers'),
    limits: [
      `Skills call one another at most ${MAX_CALL_DEPTH} deep`,
      'All skills of a run share its time, calls, traffic and tokens',
    ],
    errors: ['not_found', 'not_configured', 'quota_exceeded', 'too_large', 'tool_error'],
    // The time of the run holds.
    timeoutMs: 3_600_000,
    execute: callSkill,
  })
}
