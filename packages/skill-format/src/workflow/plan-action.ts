import {
  type JsonObject,
  type JsonValue,
  type WorkflowAction,
  workflowLimits,
  type WorkflowStep,
} from '@guildhall/contracts'
import { orderFaults } from './order-faults.ts'
import type { PlannedAction, PlannedCall, PlannedStep, StepNeeds, StepWork, WorkflowFault } from './plan.ts'
import { referencesOf } from './references.ts'
import { referenceFault, roots, type Scope } from './scope.ts'
import { shapeFaults } from './shape-faults.ts'
import { expressionsOf, parseTemplate, type Template, type TemplateReading } from './template.ts'

type Pointer = readonly PropertyKey[]

export interface PlanOptions {
  /** Where the action stands in workflow.json. */
  pointer: Pointer
  /** The schema of the input; without it nothing is said about members of `input`. */
  input: JsonObject | null
}

export interface PlanResult {
  /** Only to be run where there are no faults. */
  plan: PlannedAction
  faults: WorkflowFault[]
}

/** Checks one action of a workflow and makes of it what can be run. Never throws for what it holds. */
export function planAction({ steps, output }: WorkflowAction, { pointer, input }: PlanOptions): PlanResult {
  const planner = new Planner()
  const scope: Scope = { steps: new Set(), variables: new Set(), inputs: closedInputs(input) }
  const list = planner.list(steps, { pointer: [...pointer, 'steps'], scope, depth: 1 })
  const result = planner.template(output, [...pointer, 'output'], list.scope)
  return { plan: { steps: list.steps, output: result.template }, faults: planner.faults }
}

/** The members that the input can have at all; null where the schema leaves that open. */
function closedInputs(schema: JsonObject | null): Set<string> | null {
  const properties = schema?.properties
  if (schema?.additionalProperties !== false || typeof properties !== 'object' || properties === null) return null
  return new Set(Object.keys(properties))
}

interface Place {
  pointer: Pointer
  /** Without the steps of the list itself. */
  scope: Scope
  depth: number
}

interface PlannedList {
  steps: PlannedStep[]
  scope: Scope
  /** Steps of the lists around it that it uses. */
  outer: Set<string>
}

interface Read {
  template: Template
  /** Ids of the steps that it uses. */
  uses: Set<string>
}

const nothing: Read = { template: { type: 'constant', value: null }, uses: new Set() }

class Planner {
  readonly faults: WorkflowFault[] = []
  private readonly ids = new Set<string>()
  private readonly reading: TemplateReading = { faults: [], expressionsLeft: workflowLimits.expressions }

  list(steps: readonly WorkflowStep[], { pointer, scope, depth }: Place): PlannedList {
    const own = new Set(steps.map(({ id }) => id))
    const inner: Scope = { ...scope, steps: new Set([...scope.steps, ...own]) }
    const outer = new Set<string>()
    const planned = steps.map((step, index) => {
      const { plan, uses } = this.step(step, { pointer: [...pointer, index], scope: inner, depth }, own)
      for (const id of uses) if (!own.has(id)) outer.add(id)
      return plan
    })
    if (own.size === steps.length) {
      for (const { rule, id, message, remedy } of orderFaults(planned)) {
        const index = steps.findIndex((step) => step.id === id)
        this.fault(rule, [...pointer, index], { message: `${id}: ${message}`, remedy })
      }
    }
    return { steps: planned, scope: inner, outer }
  }

  template(value: JsonValue, pointer: Pointer, scope: Scope): Read {
    this.reading.faults = []
    const template = parseTemplate(value, this.reading)
    for (const fault of this.reading.faults)
      this.fault('expression', [...pointer, ...fault.pointer], {
        message: fault.message,
        remedy: 'Correct the expression; the language is JMESPath.',
      })
    const uses = new Set<string>()
    for (const path of expressionsOf(template).flatMap(referencesOf)) {
      const message = referenceFault(path, scope)
      if (message !== null) this.fault('reference', pointer, { message, remedy: 'Name something that is there.' })
      else if (path[0] === 'steps' && path[1] !== undefined) uses.add(path[1])
    }
    return { template, uses }
  }

  private fault(rule: WorkflowFault['rule'], pointer: Pointer, words: { message: string; remedy: string }) {
    this.faults.push({ rule, pointer, ...words })
  }

  private step(step: WorkflowStep, place: Place, siblings: ReadonlySet<string>) {
    const { pointer, scope, depth } = place
    if (this.ids.has(step.id))
      this.fault('duplicate-id', [...pointer, 'id'], {
        message: `there are two steps ${step.id}`,
        remedy: 'Give every step of the action an id of its own.',
      })
    this.ids.add(step.id)
    this.faults.push(...shapeFaults(step, pointer))
    const before: Scope = { ...scope, steps: without(scope.steps, step.id) }
    const condition = this.condition(step, pointer, before)
    const loop = this.loop(step, pointer, before)
    const body: Scope = { ...before, variables: new Set([...before.variables, ...loop.variables]) }
    const work = this.work(step, { pointer, scope: body, depth })
    const after: Scope = { ...body, steps: scope.steps }
    const { compensate, log } = this.afterwards(step, pointer, after)
    const parts = [condition, loop.items, work, compensate, log]
    const uses = without(new Set(parts.flatMap((part) => (part === null ? [] : [...part.uses]))), step.id)
    this.checkNeeds(step, pointer, siblings)
    const plan: PlannedStep = {
      id: step.id,
      label: step.name ?? step.id,
      work: work.work,
      needs: needsOf(
        step,
        [...uses].filter((id) => siblings.has(id)),
      ),
      condition: condition?.template ?? null,
      forEach: step.forEach === undefined ? null : { ...step.forEach, in: loop.items?.template ?? nothing.template },
      compensate: compensate?.call ?? null,
      log: log?.template ?? null,
      ...settingsOf(step),
    }
    return { plan, uses }
  }

  private afterwards({ compensate, log }: WorkflowStep, pointer: Pointer, scope: Scope) {
    return {
      compensate: compensate === undefined ? null : this.call(compensate, [...pointer, 'compensate'], scope),
      log: log === undefined ? null : this.template(log, [...pointer, 'log'], scope),
    }
  }

  private condition(step: WorkflowStep, pointer: Pointer, scope: Scope): Read | null {
    if (step.if === undefined) return null
    const read = this.template(step.if, [...pointer, 'if'], scope)
    if (read.template.type === 'text' || (read.template.type === 'constant' && !step.if.includes('{{')))
      this.fault('expression', [...pointer, 'if'], {
        message: 'if must be one {{ expression }} and nothing else',
        remedy: "Write it such as {{ input.mode == 'fast' }}.",
      })
    return read
  }

  private loop({ forEach }: WorkflowStep, pointer: Pointer, scope: Scope) {
    if (forEach === undefined) return { items: null, variables: [] }
    const variables = [forEach.each, forEach.at]
    const taken = variables.find((name) => roots.includes(name) || scope.variables.has(name))
    if (taken !== undefined || forEach.each === forEach.at)
      this.fault('step', [...pointer, 'forEach'], {
        message: `${taken ?? forEach.each} is taken already`,
        remedy: 'Give each and at names of their own.',
      })
    const items = this.template(forEach.in, [...pointer, 'forEach', 'in'], scope)
    const { template } = items
    const isList = template.type === 'expression' || template.type === 'list'
    if (!isList && !(template.type === 'constant' && (Array.isArray(template.value) || template.value === null)))
      this.fault('step', [...pointer, 'forEach', 'in'], {
        message: 'forEach.in is not a list',
        remedy: 'Write one {{ expression }} that gives a list.',
      })
    return { items, variables }
  }

  private work(step: WorkflowStep, place: Place): { work: StepWork; uses: Set<string> } {
    const { pointer, scope } = place
    if (step.steps !== undefined) return this.group(step, step.steps, place)
    if (step.value !== undefined) {
      const { template, uses } = this.template(step.value, [...pointer, 'value'], scope)
      return { work: { type: 'value', value: template }, uses }
    }
    const { call, uses } = this.call(step, pointer, scope)
    return { work: { type: 'call', call }, uses }
  }

  private group(step: WorkflowStep, steps: WorkflowStep[], { pointer, scope, depth }: Place) {
    if (depth >= workflowLimits.nesting) {
      this.fault('limit', pointer, {
        message: `steps are nested deeper than ${workflowLimits.nesting} levels`,
        remedy: 'Move the inner steps into a skill of their own.',
      })
      return { work: { type: 'value', value: nothing.template } as const, uses: new Set<string>() }
    }
    const list = this.list(steps, { pointer: [...pointer, 'steps'], scope, depth: depth + 1 })
    const output = this.template(step.output ?? null, [...pointer, 'output'], list.scope)
    const own = new Set(steps.map(({ id }) => id))
    const uses = new Set([...list.outer, ...[...output.uses].filter((id) => !own.has(id))])
    return { work: { type: 'group', steps: list.steps, output: output.template } as const, uses }
  }

  private call(
    given: Pick<WorkflowStep, 'tool' | 'skill' | 'action' | 'with'>,
    pointer: Pointer,
    scope: Scope,
  ): { call: PlannedCall; uses: Set<string> } {
    const { template, uses } = this.template(given.with ?? {}, [...pointer, 'with'], scope)
    if (given.skill === undefined) return { call: { tool: given.tool ?? '', arguments: template }, uses }
    const members: [string, Template][] = [
      ['skill', { type: 'constant', value: given.skill }],
      ['action', { type: 'constant', value: given.action ?? '' }],
      ['input', template],
    ]
    return { call: { tool: 'skills.call', arguments: { type: 'object', members } }, uses }
  }

  private checkNeeds(step: WorkflowStep, pointer: Pointer, siblings: ReadonlySet<string>) {
    step.needs?.forEach((need, index) => {
      const at = [...pointer, 'needs', index]
      const remedy = 'Name steps of the same list.'
      if (need === step.id) this.fault('cycle', at, { message: `${need} needs itself`, remedy })
      else if (!siblings.has(need))
        this.fault('reference', at, { message: `there is no step ${need} beside ${step.id}`, remedy })
    })
    if (step.join === 'any' && (step.needs ?? []).length < 2)
      this.fault('step', [...pointer, 'join'], {
        message: 'join any chooses among two or more needs',
        remedy: 'List the alternatives in needs.',
      })
  }
}

function without(set: ReadonlySet<string>, id: string): Set<string> {
  const rest = new Set(set)
  rest.delete(id)
  return rest
}

function settingsOf({ retry, timeoutMs, onError, stream }: WorkflowStep) {
  return { retry: retry ?? null, timeoutMs: timeoutMs ?? null, onError, stream }
}

/** Steps that the expressions name come first, too; with `any` they are needed beside the alternatives. */
function needsOf({ needs = [], join, id }: WorkflowStep, uses: string[]): StepNeeds {
  const listed = needs.filter((need) => need !== id)
  const inferred = uses.filter((use) => !listed.includes(use))
  if (join === 'done') return { succeeded: [], ended: [...listed, ...inferred], any: [] }
  if (join === 'any') return { succeeded: inferred, ended: [], any: listed }
  return { succeeded: [...listed, ...inferred], ended: [], any: [] }
}
