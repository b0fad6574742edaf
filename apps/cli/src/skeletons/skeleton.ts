import type { SkillKind } from '@guildhall/contracts'
import { instructionsFiles, skillMdOf } from './instructions.ts'
import { javascriptCode, pythonCode, workflowSteps } from './entries.ts'

/** What a new skill is about. */
export interface SkeletonFacts {
  name: string
  kind: SkillKind
}

const entries = {
  javascript: { path: 'bot-logic.js', text: javascriptCode },
  python: { path: 'main.py', text: pythonCode },
  workflow: { path: 'workflow.json', text: workflowSteps },
} as const

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const titleOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`

const text = (title: string, more: object = {}) => ({ type: 'string', title, maxLength: 100_000, ...more })
const object = (properties: Record<string, object>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

const countAction = {
  count: {
    description: 'Counts the words of a text.',
    idempotent: true,
    timeoutMs: 5000,
    input: object({ text: text('Text', { format: 'textarea', examples: ['Two words'] }) }),
    output: object({ words: { type: 'integer', title: 'Words', minimum: 0 } }),
  },
}

const saveAction = {
  run: {
    description: 'Writes a text into a file of the workspace.',
    idempotent: true,
    timeoutMs: 5000,
    input: object({ text: text('Text', { format: 'textarea', examples: ['Two words'] }) }),
    output: object({ text: text('Text that was saved') }),
  },
}

const countCases = [
  { id: 'two-words', action: 'count', input: { text: 'Two words' }, expect: { output: { words: 2 } } },
  { id: 'nothing', action: 'count', input: { text: ' ' }, expect: { output: { words: 0 } } },
]
const saveCases = [
  { id: 'a-text', action: 'run', input: { text: 'Two words' }, expect: { output: { text: 'Two words' } } },
]

function executableFiles({ name }: SkeletonFacts, kind: Exclude<SkillKind, 'instructions'>): [string, string][] {
  const isWorkflow = kind === 'workflow'
  const { path, text: code } = entries[kind]
  const manifest = {
    name,
    version: '0.1.0',
    displayName: titleOf(name),
    kind,
    entry: path,
    actions: [isWorkflow ? 'run' : 'count'],
    category: 'utility',
    tags: ['example'],
  }
  const permissions = isWorkflow ? { fileSystem: { read: false, write: ['workspace'] }, tools: ['file.write'] } : {}
  return [
    ['SKILL.md', skillMdOf({ name, title: titleOf(name), kind })],
    ['manifest.json', json(manifest)],
    ['action-schema.json', json(isWorkflow ? saveAction : countAction)],
    ['permissions.json', json(permissions)],
    [path, code],
    ['evals/evals.json', json({ skill_name: name, cases: isWorkflow ? saveCases : countCases })],
  ]
}

/** The files of a new skill, by path. It is *portable* as it stands, and does something small that is easy to replace. */
export function skeletonFiles(facts: SkeletonFacts): [string, string][] {
  if (facts.kind === 'instructions') return instructionsFiles(facts.name, titleOf(facts.name))
  return executableFiles(facts, facts.kind)
}
