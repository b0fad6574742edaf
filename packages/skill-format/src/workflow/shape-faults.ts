import type { WorkflowStep } from '@guildhall/contracts'
import type { WorkflowFault } from './plan.ts'

type Pointer = readonly PropertyKey[]

const kinds = ['tool', 'skill', 'value', 'steps'] as const

/** What does not fit together in one step. */
export function shapeFaults(step: WorkflowStep, pointer: Pointer): WorkflowFault[] {
  const present = kinds.filter((kind) => step[kind] !== undefined)
  const [kind] = present
  if (kind === undefined || present.length > 1) {
    const message = `${step.id} has ${present.length === 0 ? 'none' : present.join(' and ')} of tool, skill, value and steps`
    return [fault(pointer, message, 'Give each step exactly one of them.')]
  }
  const isCall = kind === 'tool' || kind === 'skill'
  const misplaced = (['with', 'retry', 'compensate'] as const).filter((key) => !isCall && step[key] !== undefined)
  const outside = kind !== 'steps' && step.output !== undefined ? (['output'] as const) : []
  return [
    ...[...misplaced, ...outside].map((key) =>
      fault([...pointer, key], `${key} means nothing in a step with ${kind}`, `Take ${key} away.`),
    ),
    ...callFaults(step, pointer),
    ...(step.compensate === undefined ? [] : compensationFaults(step.compensate, [...pointer, 'compensate'])),
  ]
}

type Call = Pick<WorkflowStep, 'tool' | 'skill' | 'action'>

function callFaults({ tool, skill, action }: Call, pointer: Pointer): WorkflowFault[] {
  if (tool === 'skills.call')
    return [fault([...pointer, 'tool'], 'a step names the skill that it calls', 'Write skill and action instead.')]
  if ((skill === undefined) === (action === undefined)) return []
  return [fault(pointer, 'skill and action belong together', 'Name the skill and which of its actions is called.')]
}

function compensationFaults(call: Call, pointer: Pointer): WorkflowFault[] {
  if ((call.tool === undefined) === (call.skill === undefined))
    return [fault(pointer, 'compensate calls either a tool or a skill', 'Give it exactly one of tool and skill.')]
  return callFaults(call, pointer)
}

function fault(pointer: Pointer, message: string, remedy: string): WorkflowFault {
  return { rule: 'step', pointer, message, remedy }
}
