import { type JsonObject, Workflow, WorkflowAction, workflowLimits } from '@guildhall/contracts'
import type * as z from 'zod'
import type { PlannedAction, WorkflowFault } from './plan.ts'
import { planAction } from './plan-action.ts'

const MAX_FAULTS = 20

/** What is known of the actions of a package, by name: the schema of the input. */
export type KnownActions = ReadonlyMap<string, JsonObject>

/** Everything that is wrong with a workflow.json, at most twenty faults. `value` is JSON. Never throws. */
export function workflowFaults(value: unknown, actions: KnownActions): WorkflowFault[] {
  if (!isRecord(value)) return [fault([], 'it must be a JSON object', 'Describe the workflow as an object with steps.')]
  const tooMany = countFault(value)
  if (tooMany !== null) return [tooMany]
  const parsed = Workflow.safeParse(value)
  if (!parsed.success) return schemaFaults(parsed.error, [])
  const { steps, output, actions: named } = parsed.data
  if (named !== undefined && (steps !== undefined || output !== undefined))
    return [fault([], 'it has both actions and steps', 'Move steps and output into one of the actions.')]
  if (named !== undefined) return manyFaults(named, actions)
  if (steps === undefined || output === undefined)
    return [fault([], 'it has no steps and output', 'Describe the steps, and in output what the action gives.')]
  const [[, input] = [null, null], ...others] = actions
  if (others.length > 0)
    return [
      fault([], 'it describes one action, the package has several', 'Put steps and output into actions, by name.'),
    ]
  return planAction({ steps, output }, { pointer: [], input }).faults.slice(0, MAX_FAULTS)
}

export type ActionResult = { status: 'planned'; plan: PlannedAction } | { status: 'faulty'; fault: WorkflowFault }

/** One action of a workflow, ready to be run, or the first thing that is wrong with it. Never throws. */
export function readAction(value: unknown, name: string): ActionResult {
  const body = bodyOf(value, name)
  if (body === null) return faulty(fault([], `it has no action ${name}`, 'Describe it under actions.'))
  const tooMany = countFault(body.value)
  if (tooMany !== null) return faulty(tooMany)
  const parsed = WorkflowAction.safeParse(body.value)
  if (!parsed.success) return faulty(schemaFaults(parsed.error, body.pointer)[0])
  const { plan, faults } = planAction(parsed.data, { pointer: body.pointer, input: null })
  return faults.length > 0 ? faulty(faults[0]) : { status: 'planned', plan }
}

function faulty(first: WorkflowFault | undefined): ActionResult {
  return { status: 'faulty', fault: first ?? fault([], 'it cannot be read', 'Correct it.') }
}

function isRecord(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bodyOf(value: unknown, name: string): { value: unknown; pointer: string[] } | null {
  if (!isRecord(value)) return { value, pointer: [] }
  const { $schema: _, ...rest } = value
  if (!Object.hasOwn(rest, 'actions')) return { value: rest, pointer: [] }
  const { actions } = rest
  if (!isRecord(actions) || !Object.hasOwn(actions, name)) return null
  return { value: actions[name], pointer: ['actions', name] }
}

/** Counted before anything else: to complain about each of a hundred thousand steps takes long. */
function countFault(value: unknown): WorkflowFault | null {
  let count = 0
  const bodies = isRecord(value) && isRecord(value.actions) ? Object.values(value.actions) : [value]
  for (const body of bodies) {
    const open: unknown[] = [body]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!isRecord(next) || !Array.isArray(next.steps)) continue
      count += next.steps.length
      if (count > workflowLimits.steps * bodies.length || next.steps.length > workflowLimits.steps) return tooManySteps
      open.push(...next.steps)
    }
  }
  return null
}

const tooManySteps: WorkflowFault = {
  rule: 'limit',
  pointer: [],
  message: `an action has more than ${workflowLimits.steps} steps`,
  remedy: 'Use forEach, or move some of them into a skill of their own.',
}

function manyFaults(named: Record<string, WorkflowAction>, actions: KnownActions): WorkflowFault[] {
  const missing = [...actions.keys()].filter((name) => !Object.hasOwn(named, name))
  const faults = missing.map((name) => fault(['actions'], `there is no action ${name}`, 'Describe it here.'))
  for (const [name, body] of Object.entries(named)) {
    const pointer = ['actions', name]
    const input = actions.get(name)
    if (input === undefined && actions.size > 0)
      faults.push({
        rule: 'unreachable',
        pointer,
        message: `action-schema.json has no action ${name}`,
        remedy: 'Describe its input and output there.',
      })
    faults.push(...planAction(body, { pointer, input: input ?? null }).faults)
    if (faults.length >= MAX_FAULTS) break
  }
  return faults.slice(0, MAX_FAULTS)
}

function schemaFaults(error: z.ZodError, pointer: readonly PropertyKey[]): WorkflowFault[] {
  return error.issues.slice(0, MAX_FAULTS).map((issue) => {
    const where = issue.path.length === 0 ? 'the workflow' : issue.path.map(String).join('.')
    return fault([...pointer, ...issue.path], `${where}: ${issue.message}`, `Correct ${where}.`)
  })
}

function fault(pointer: readonly PropertyKey[], message: string, remedy: string): WorkflowFault {
  return { rule: 'invalid', pointer, message, remedy }
}
