import type { PlannedStep } from './plan.ts'

/** A step that can never run, in words. */
export interface OrderFault {
  rule: 'cycle' | 'unreachable'
  id: string
  message: string
  remedy: string
}

/** Steps of one list that wait for each other, or for steps that never run. */
export function orderFaults(steps: readonly PlannedStep[]): OrderFault[] {
  const cycle = findCycle(steps)
  if (cycle === null) return deadSteps(steps)
  const [id = ''] = cycle
  const message = `the steps wait for each other: ${[...cycle, id].join(' -> ')}`
  return [{ rule: 'cycle', id, message, remedy: 'Take one of these needs away.' }]
}

function waitsFor({ needs }: PlannedStep): string[] {
  return [...needs.succeeded, ...needs.ended, ...needs.any]
}

/** The steps of one circle, each waiting for the next; null where there is none. */
function findCycle(steps: readonly PlannedStep[]): string[] | null {
  const open = new Map(steps.map((step) => [step.id, new Set(waitsFor(step))]))
  for (let isChanged = true; isChanged; ) {
    isChanged = false
    for (const [id, needs] of open) {
      if ([...needs].some((need) => open.has(need))) continue
      open.delete(id)
      isChanged = true
    }
  }
  const [start] = open.keys()
  if (start === undefined) return null
  const way: string[] = []
  let id = start
  while (!way.includes(id)) {
    way.push(id)
    id = [...(open.get(id) ?? [])].find((need) => open.has(need)) ?? id
  }
  return way.slice(way.indexOf(id))
}

/** Whether the condition is written so that it is never true. */
function isNeverTrue({ condition }: PlannedStep): boolean {
  if (condition?.type !== 'expression' || condition.expression.type !== 'literal') return false
  const { value } = condition.expression
  return value === null || value === false || value === ''
}

function deadSteps(steps: readonly PlannedStep[]): OrderFault[] {
  const faults = new Map<string, OrderFault>()
  const add = (id: string, message: string, remedy: string) =>
    faults.set(id, { rule: 'unreachable', id, message, remedy })
  for (const step of steps)
    if (isNeverTrue(step)) add(step.id, 'its condition is never true', 'Correct the condition, or take the step away.')
  for (let before = -1; before !== faults.size; ) {
    before = faults.size
    for (const { id, needs } of steps) {
      const missing = needs.succeeded.find((need) => faults.has(need))
      const isWithout = needs.any.length > 0 && needs.any.every((need) => faults.has(need))
      const because = missing ?? (isWithout ? needs.any[0] : undefined)
      if (because !== undefined && !faults.has(id))
        add(id, `it can never run, because ${because} never does`, 'Correct what it needs, or take it away.')
    }
  }
  return [...faults.values()]
}
