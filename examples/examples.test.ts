import { type ActionCase, JsonValue, missingPermissions, type PackageSummary } from '@guildhall/contracts'
import {
  type CallableSkill,
  createActionValidator,
  createJavascriptEngine,
  createLocalSkillCaller,
  createPythonEngine,
  createSandbox,
  createWorkflowEngine,
} from '@guildhall/sandbox'
import { inspectPackage } from '@guildhall/skill-format'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  type ExamplePackage,
  evalsOf,
  readExamples,
  readGuideSkills,
} from './example-package.ts'
import { type CaseRun, runInSandbox } from './run-case.ts'

const clock = { nowMs: () => performance.now() }
const sandbox = createSandbox({
  engines: [
    createJavascriptEngine({ clock, poolSize: 1 }),
    createPythonEngine({ clock, poolSize: 1 }),
    createWorkflowEngine({ clock }),
  ],
})
afterAll(() => sandbox.close())

function summaryOf({ name, files }: ExamplePackage): PackageSummary {
  const { summary } = inspectPackage(files, { directoryName: name })
  if (summary === null) throw new Error(`${name} does not say enough of itself`)
  return summary
}

function validatorFor(summary: PackageSummary, action: string) {
  const schema = summary.actions[action]
  if (schema === undefined) throw new Error(`${summary.name} has no action ${action}`)
  return createActionValidator(schema)
}

interface TitledRun extends CaseRun {
  title: string
}

function casesOf(packages: readonly ExamplePackage[]): TitledRun[] {
  return packages.flatMap((example) => {
    const summary = summaryOf(example)
    return evalsOf(example).cases.map((given) => ({ title: `${example.name}: ${given.id}`, example, summary, given }))
  })
}

const expectedOutput = ({ expect: expected }: ActionCase): JsonValue | undefined =>
  'output' in expected ? expected.output : undefined

/** What a form shows before anybody has typed: the first example of each field, else its default. */
const Field = z.object({ examples: z.array(JsonValue).default([]), default: JsonValue.optional() })
const Fields = z.object({ properties: z.record(z.string(), Field).default({}) })

function prefilledForms(summary: PackageSummary) {
  return Object.entries(summary.actions).map(([action, { input }]) => {
    const fields = Object.entries(Fields.parse(input).properties)
    const filled = fields.map(([key, field]) => [key, field.examples[0] ?? field.default] as const)
    const value = JsonValue.parse(Object.fromEntries(filled.filter(([, one]) => one !== undefined)))
    return { title: `${summary.name}: ${action}`, summary, action, value }
  })
}

const examples = await readExamples()
const guideSkills = await readGuideSkills()
const summaries = new Map(examples.map((example) => [`@guildhall/${example.name}`, summaryOf(example)]))
const runs = casesOf([...examples, ...guideSkills.filter(({ files }) => files.has('evals/evals.json'))])

function callableOf(example: ExamplePackage): CallableSkill[] {
  const { kind, entry, actions, permissions, version } = summaryOf(example)
  if (kind === 'instructions' || entry === null) return []
  const fullName = `@guildhall/${example.name}`
  return [{ fullName, version: version ?? '1.0.0', kind, entry, files: example.files, actions, permissions }]
}

const skillCaller = createLocalSkillCaller({ sandbox, skills: examples.flatMap(callableOf) })
const stage = { sandbox, skillCaller }

describe.each([...examples, ...guideSkills])('$name', (example) => {
  it('is portable, without any finding', () => {
    const { conformance, summary } = inspectPackage(example.files, { directoryName: example.name })
    expect(conformance.findings).toEqual([])
    expect(conformance).toMatchObject({ level: 'portable', specErrors: [] })
    expect(summary).toMatchObject({ name: example.name, version: '1.0.0', license: 'Apache-2.0' })
    expect(summary?.category).not.toBeNull()
    expect(summary?.tags).not.toEqual([])
  })
})

describe.each(examples)('evaluations of $name', (example) => {
  it('are at least three, each with an id of its own, for every action', () => {
    const evals = evalsOf(example)
    const summary = summaryOf(example)
    expect(evals.skill_name).toBe(example.name)
    const ids = [...evals.evals, ...evals.cases].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const decisive = summary.kind === 'instructions' ? evals.evals : evals.cases
    expect(decisive.length).toBeGreaterThanOrEqual(3)
    expect(new Set(evals.cases.map(({ action }) => action))).toEqual(new Set(Object.keys(summary.actions)))
  })
})

describe('the cases', () => {
  it.each(runs)('give input that the schema takes: $title', ({ summary, given }) => {
    expect(validatorFor(summary, given.action).validateInput(given.input)).toEqual([])
  })

  it.each(runs.filter(({ given }) => expectedOutput(given) !== undefined))(
    'expect output that the schema allows: $title',
    ({ summary, given }) => {
      const output = JsonValue.parse(expectedOutput(given))
      expect(validatorFor(summary, given.action).validateOutput(output)).toEqual([])
    },
  )

  it.each(runs.filter(({ given }) => expectedOutput(given) !== undefined))(
    'come out to the last digit: $title',
    async (run) => {
      const result = await runInSandbox(stage, run)
      expect(result).toEqual({ output: expectedOutput(run.given) })
    },
  )

  it.each(runs.filter(({ given }) => expectedOutput(given) === undefined))(
    'fail with words that help: $title',
    async (run) => {
      const result = await runInSandbox(stage, run)
      const message = 'error' in run.given.expect ? run.given.expect.error : ''
      expect(result).toEqual({ error: expect.stringContaining(message) })
    },
  )
})

describe('skills that call others', () => {
  it('ask for all that those need, because nobody may do more than the person who runs the first one has allowed', () => {
    for (const caller of summaries.values()) {
      const called = caller.permissions.skills.map((text) => summaries.get(text.replace(/@[^@]*$/, '')))
      for (const callee of called)
        expect(callee && missingPermissions(callee.permissions, caller.permissions), caller.name).toEqual([])
    }
  })
})

describe('the forms', () => {
  it.each(examples.map(summaryOf).flatMap(prefilledForms))(
    'can be sent as they are prefilled: $title',
    ({ summary, action, value }) => {
      expect(validatorFor(summary, action).validateInput(value)).toEqual([])
    },
  )
})

it('the examples cover every kind and at least eight categories', () => {
  const all = [...summaries.values()]
  expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['instructions', 'javascript', 'python', 'workflow']))
  expect(new Set(all.map(({ category }) => category)).size).toBeGreaterThanOrEqual(8)
})
