import * as z from 'zod'
import { JsonValue } from '../kernel/json.ts'
import { ActionName } from './package.ts'

const CaseId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words with hyphens')

/** One thing that must hold for a part of the output; the part is named by a JSON Pointer (RFC 6901), the whole by an empty one. */
export const OutputAssertion = z
  .strictObject({
    path: z
      .string()
      .regex(/^(\/.*)?$/, 'must be a JSON Pointer such as /rows/0')
      .default(''),
    equals: JsonValue.optional(),
    /** A text that the text has, or an item that the list has. */
    contains: JsonValue.optional(),
    /** A JSON Schema (draft 2020-12). */
    schema: z.record(z.string(), JsonValue).optional(),
  })
  .refine(
    ({ equals, contains, schema }) => [equals, contains, schema].some((value) => value !== undefined),
    'must have one of equals, contains, schema',
  )
export type OutputAssertion = z.infer<typeof OutputAssertion>

/** One deterministic run of an action: exactly this output, an output of which this holds, or an error whose message has this text. */
export const ActionCase = z.strictObject({
  id: CaseId,
  action: ActionName,
  input: JsonValue.default({}),
  /** Text files in the workspace of the run. */
  files: z.record(z.string(), z.string()).default({}),
  /** What earlier runs have stored. */
  storage: z.record(z.string(), JsonValue).default({}),
  expect: z.union([
    z.strictObject({ output: JsonValue }),
    z.strictObject({ assertions: z.array(OutputAssertion).min(1).max(100) }),
    z.strictObject({ error: z.string().min(1) }),
  ]),
})
export type ActionCase = z.infer<typeof ActionCase>

/** A prompt for an agent that has the skill, with what its answer must show; judged by people or models. */
export const PromptCase = z.looseObject({
  id: z.union([z.string(), z.number()]),
  prompt: z.string().min(1),
  expected_output: z.string().optional(),
  assertions: z.array(z.string()).optional(),
  expectations: z.array(z.string()).optional(),
})
export type PromptCase = z.infer<typeof PromptCase>

/** evals/evals.json, in both known dialects of prompts, and with the deterministic cases of actions. */
export const Evals = z.looseObject({
  skill_name: z.string().optional(),
  evals: z.array(PromptCase).max(1000).default([]),
  cases: z.array(ActionCase).max(1000).default([]),
})
export type Evals = z.infer<typeof Evals>
