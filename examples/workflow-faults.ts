import { type ActionSchema, JsonValue, type PackageSummary } from '@guildhall/contracts'
import { isGranted, toolPermission } from '@guildhall/sandbox'
import * as z from 'zod'

const With = z.record(z.string(), JsonValue)
const common = {
  id: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  needs: z.array(z.string()).default([]),
  when: z.string().optional(),
  with: With.default({}),
}
const Step = z.union([
  z.strictObject({ ...common, tool: z.string() }),
  z.strictObject({ ...common, skill: z.string(), action: z.string() }),
])
type Step = z.infer<typeof Step>
const Workflow = z.strictObject({ steps: z.array(Step).min(1), output: With })

export interface WorkflowContext {
  summary: PackageSummary
  /** The other first-party skills by full name. */
  skills: ReadonlyMap<string, PackageSummary>
}

const propertiesOf = (schema: ActionSchema['input']): string[] =>
  Object.keys(z.object({ properties: With.default({}) }).parse(schema).properties)
const requiredOf = (schema: ActionSchema['input']): string[] =>
  z.object({ required: z.array(z.string()).default([]) }).parse(schema).required

function templatesIn(value: unknown): string[][] {
  return [...JSON.stringify(value ?? null).matchAll(/\{\{([^}]*)\}\}/g)].map(([, path = '']) => path.trim().split('.'))
}

function referenceFault([root, name = '', field]: string[], inputs: string[], visible: ReadonlySet<string>) {
  if (root === 'input') return inputs.includes(name) ? null : `there is no input ${name}`
  if (root !== 'steps') return `${root} is neither input nor steps`
  if (!visible.has(name)) return `it does not come after the step ${name}`
  return field === 'output' ? null : `only the output of ${name} can be used`
}

function toolFaults(tool: string, { summary: { permissions } }: WorkflowContext): string[] {
  const permission = toolPermission(tool)
  if (permission === null) return [`there is no tool ${tool}`]
  const missing = [permission, `tools:${tool}`].filter((one) => !isGranted(permissions, one))
  return missing.map((one) => `the permission ${one} is not declared`)
}

function skillFaults(step: Extract<Step, { skill: string }>, { summary, skills }: WorkflowContext): string[] {
  const action = skills.get(step.skill)?.actions[step.action]
  if (action === undefined) return [`there is no ${step.skill} with an action ${step.action}`]
  const given = Object.keys(step.with)
  const unknown = given.filter((key) => !propertiesOf(action.input).includes(key))
  const absent = requiredOf(action.input).filter((key) => !given.includes(key))
  return [
    ...unknown.map((key) => `${step.action} takes no ${key}`),
    ...absent.map((key) => `${step.action} needs ${key}`),
    ...(step.skill in summary.dependencies ? [] : [`${step.skill} is not among the dependencies`]),
    ...(summary.permissions.skills.some((one) => one.startsWith(`${step.skill}@`))
      ? []
      : [`the permission for ${step.skill} is not declared`]),
  ]
}

/** What is wrong with the graph of a workflow: references, order, permissions, arguments. Empty where it is sound. */
export function workflowFaults(json: JsonValue, context: WorkflowContext): string[] {
  const { steps, output } = Workflow.parse(json)
  const action = context.summary.actions.run
  if (action === undefined) return ['it has no action run']
  const inputs = propertiesOf(action.input)
  const before = new Map<string, ReadonlySet<string>>()
  const faults: string[] = []
  for (const step of steps) {
    const visible = new Set(step.needs.flatMap((need) => [need, ...(before.get(need) ?? [])]))
    const late = step.needs.filter((need) => !before.has(need))
    const found = [
      ...late.map((need) => `it needs ${need}, which does not stand before it`),
      ...templatesIn([step.with, step.when]).map((path) => referenceFault(path, inputs, visible)),
      ...('tool' in step ? toolFaults(step.tool, context) : skillFaults(step, context)),
    ]
    faults.push(...found.filter((fault) => fault !== null).map((fault) => `${step.id}: ${fault}`))
    before.set(step.id, visible)
  }
  const all = new Set(before.keys())
  const ends = templatesIn(output).map((path) => referenceFault(path, inputs, all))
  const missing = requiredOf(action.output).filter((key) => !(key in output))
  return [...faults, ...ends.filter((fault) => fault !== null), ...missing.map((key) => `the output lacks ${key}`)]
}
