import * as z from 'zod'
import type { JsonValue } from '../kernel/json.ts'
import { FullName } from './names.ts'
import { ActionName } from './package.ts'

/** What a workflow may have at most, whoever runs it. */
export const workflowLimits = {
  /** Of workflow.json. */
  fileBytes: 128 * 1024,
  /** Of one action, those within others included. */
  steps: 100,
  /** Steps within steps within steps. */
  nesting: 4,
  /** Of one action. */
  expressions: 500,
  /** Between `{{` and `}}`. */
  expressionChars: 2_000,
  /** In one list of `forEach`. */
  items: 10_000,
  /** Items of one list at the same time. */
  concurrency: 16,
  /** Tries of one call. */
  attempts: 10,
} as const

/**
 * Any JSON in which texts may hold `{{ expressions }}`. Nothing is copied or looked at here: it was JSON a moment ago, and looking at each
 * value again would cost more than all the rest.
 */
const Template = z
  .custom<JsonValue>((value) => value !== undefined)
  .meta({
    description:
      'Any JSON. A text that is one {{ expression }} keeps the type of its value; else expressions become text.',
  })

/** A template for each argument. */
const Arguments = z
  .custom<{ [name: string]: JsonValue }>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object of arguments',
  )
  .meta({
    type: 'object',
    description: 'The arguments, as templates. An argument whose expression finds nothing is left out.',
  })

const Expression = z
  .string()
  .min(1)
  .max(workflowLimits.expressionChars + 8)

/** What a step is called by others, as `steps.<id>.output`. */
export const StepId = z
  .string()
  .max(64)
  .regex(/^[a-z][A-Za-z0-9]*$/, 'must be a camelCase identifier')

const ToolName = z
  .string()
  .max(64)
  .regex(/^[a-z]+\.[a-z][A-Za-z]*$/, 'must be a tool such as csv.parse')

/** Errors after which a second try may help. */
export const retryableErrors = ['timeout', 'network_error', 'tool_error', 'not_found', 'quota_exceeded'] as const

const Call = {
  tool: ToolName.optional().meta({ description: 'The tool to call, such as csv.parse.' }),
  skill: FullName.optional().meta({ description: 'The skill to call; its action stands beside.' }),
  action: ActionName.optional().meta({ description: 'The action of the skill.' }),
  with: Arguments.optional(),
}

const Compensation = z
  .strictObject(Call)
  .meta({ description: 'A call that undoes the step. It runs when the workflow fails or is cancelled after the step.' })

const Retry = z.strictObject({
  attempts: z.int().min(2).max(workflowLimits.attempts).meta({ description: 'Tries altogether.' }),
  delayMs: z.int().min(0).max(60_000).default(1_000).meta({ description: 'Before the second try.' }),
  factor: z.number().min(1).max(10).default(2).meta({ description: 'By which each further wait is longer.' }),
  on: z
    .array(z.enum(retryableErrors))
    .min(1)
    .default(['timeout', 'network_error', 'tool_error'])
    .meta({ description: 'The errors after which it is tried again.' }),
})

const ForEach = z.strictObject({
  in: Template.meta({ description: 'The list, usually {{ an expression }}.' }),
  each: StepId.default('item').meta({ description: 'What an item is called in expressions.' }),
  at: StepId.default('index').meta({ description: 'What its number, from 0, is called.' }),
  concurrency: z
    .int()
    .min(1)
    .max(workflowLimits.concurrency)
    .default(1)
    .meta({ description: 'Items at the same time.' }),
})

const stepFields = {
  id: StepId,
  name: z.string().min(1).max(100).optional().meta({ description: 'What people read in the log; default: the id.' }),
  ...Call,
  value: Template.optional().meta({ description: 'A value to compute; nothing is called.' }),
  output: Template.optional().meta({ description: 'Of a step with steps: what it gives.' }),
  needs: z
    .array(StepId)
    .max(workflowLimits.steps)
    .optional()
    .meta({ description: 'Steps that come first. Those named in expressions need not be listed.' }),
  join: z.enum(['all', 'any', 'done']).default('all').meta({
    description:
      'all: every need has succeeded. any: one of the needs has succeeded. done: every need has ended, however.',
  }),
  if: Expression.optional().meta({ description: '{{ expression }}; the step is skipped where it is not true.' }),
  forEach: ForEach.optional().meta({
    description: 'Does the step for each item of a list and gives the list of outputs.',
  }),
  retry: Retry.optional(),
  timeoutMs: z.int().min(10).max(300_000).optional().meta({ description: 'Of each try.' }),
  onError: z
    .enum(['fail', 'continue'])
    .default('fail')
    .meta({ description: 'continue: the workflow goes on, and steps.<id>.error says what happened.' }),
  compensate: Compensation.optional(),
  stream: z
    .boolean()
    .default(false)
    .meta({ description: 'Streams what the step answers: in parts where the tool answers in parts.' }),
  log: z.string().max(1_000).optional().meta({ description: 'A line for the log when the step has succeeded.' }),
}

const stepShape = z.strictObject(stepFields)
/** One step, with the steps within it. */
export type WorkflowStep = z.infer<typeof stepShape> & { steps?: WorkflowStep[] | undefined }

/** One step. It has exactly one of `tool`, `skill`, `value` and `steps`; that and the graph are checked with the package. */
export const WorkflowStep: z.ZodType<WorkflowStep> = z
  .strictObject({
    ...stepFields,
    get steps(): z.ZodOptional<z.ZodArray<z.ZodType<WorkflowStep>>> {
      return z.array(WorkflowStep).min(1).optional()
    },
  })
  .meta({
    id: 'WorkflowStep',
    oneOf: [
      { required: ['tool'] },
      { required: ['skill', 'action'] },
      { required: ['value'] },
      { required: ['steps'] },
    ],
  })

const Steps = z.array(WorkflowStep).min(1).meta({ description: 'In any order; what needs nothing starts at once.' })

/** What one action does. */
export const WorkflowAction = z.strictObject({
  steps: Steps,
  output: Template.meta({ description: 'The result of the action.' }),
})
export type WorkflowAction = z.infer<typeof WorkflowAction>

/** workflow.json: `actions` by name, or `steps` and `output` alone where the skill has one action. */
export const Workflow = z
  .strictObject({
    $schema: z.string().max(300).optional(),
    actions: z.record(ActionName, WorkflowAction).optional(),
    steps: Steps.optional(),
    output: Template.optional(),
  })
  .meta({ id: 'Workflow', oneOf: [{ required: ['actions'] }, { required: ['steps', 'output'] }] })
export type Workflow = z.infer<typeof Workflow>

/** The JSON Schema of workflow.json, for editors. */
export function workflowJsonSchema(): { [keyword: string]: unknown } {
  return {
    ...z.toJSONSchema(Workflow, { io: 'input', unrepresentable: 'any' }),
    title: 'workflow.json of a Guildhall skill',
  }
}
