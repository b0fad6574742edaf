import { expect, test } from 'vitest'
import type { PackageFiles } from '../package-files.ts'
import { inspectPackage, isPublishable } from './inspect-package.ts'

const page = { id: 'page', tool: 'http.get', with: { url: '{{ input.url }}' } }
const count = { id: 'count', skill: '@acme/count', action: 'words', with: { text: '{{ steps.page.output.body }}' } }
const output = { words: '{{ steps.count.output }}' }
const permissions = { network: { hosts: ['example.com'] }, skills: ['@acme/count@^1'] }

/** A sound workflow, with parts replaced. */
function workflowPackage(change: Record<string, unknown> = {}): PackageFiles {
  const parts: Record<string, unknown> = {
    'manifest.json': {
      name: 'page-words',
      description: 'Counts the words of a page.',
      kind: 'workflow',
      entry: 'workflow.json',
      dependencies: { '@acme/count': '^1.0.0' },
    },
    'action-schema.json': {
      run: {
        description: 'Counts.',
        input: { type: 'object', properties: { url: { type: 'string' } }, additionalProperties: false },
        output: { type: 'object' },
      },
    },
    'permissions.json': permissions,
    'workflow.json': { steps: [page, count], output },
    ...change,
  }
  const texts = Object.entries(parts).map(([path, part]): [string, string] => [
    path,
    typeof part === 'string' ? part : JSON.stringify(part, null, 2),
  ])
  return new Map(texts.map(([path, text]) => [path, new TextEncoder().encode(text)]))
}

test('a sound workflow has no findings', () => {
  const inspection = inspectPackage(workflowPackage())
  expect(inspection.conformance.findings).toEqual([])
  expect(isPublishable(inspection)).toBe(true)
})

const withSteps = (...steps: unknown[]) => ({ 'workflow.json': { steps, output: null } })

test.each<[string, Record<string, unknown>, { rule: string; line: number | null; message: RegExp }]>([
  [
    'a cycle',
    withSteps({ id: 'a', value: 1, needs: ['b'] }, { id: 'b', value: 1, needs: ['a'] }),
    { rule: 'workflow.cycle', line: 3, message: /a -> b -> a/ },
  ],
  [
    'an input that the schema does not have',
    withSteps({ ...page, with: { url: '{{ input.link }}' } }),
    { rule: 'workflow.reference', line: 6, message: /no input link/ },
  ],
  [
    'an unknown tool',
    withSteps({ id: 'a', tool: 'mail.send' }),
    { rule: 'workflow.unknown-tool', line: 5, message: /no tool mail\.send/ },
  ],
  [
    'a tool that has a name of every object',
    withSteps({ id: 'a', tool: 'to.string' }),
    { rule: 'workflow.unknown-tool', line: 5, message: /no tool/ },
  ],
  [
    'a tool without its permission',
    withSteps({ id: 'a', tool: 'csv.parse' }),
    { rule: 'workflow.permission', line: 5, message: /tools:csv\.parse/ },
  ],
  [
    'a compensation without its permission',
    withSteps({ ...page, compensate: { tool: 'storage.delete' } }),
    { rule: 'workflow.permission', line: 10, message: /storage/ },
  ],
  [
    'a tool of the network without any host',
    { 'permissions.json': { skills: permissions.skills } },
    { rule: 'workflow.permission', line: 5, message: /network/ },
  ],
  [
    'a skill that it does not depend on',
    withSteps({ ...count, skill: '@acme/other', with: {} }),
    { rule: 'workflow.skill-dependency', line: 5, message: /@acme\/other/ },
  ],
  [
    'a skill that it may not call',
    { 'permissions.json': { network: true } },
    { rule: 'workflow.permission', line: 12, message: /@acme\/count/ },
  ],
  [
    'too many bytes',
    { 'workflow.json': { steps: [page], output: 'x'.repeat(140_000) } },
    { rule: 'workflow.limit', line: null, message: /131072/ },
  ],
  [
    'two actions in the form of one',
    {
      'action-schema.json': {
        run: { description: 'x', input: {}, output: {} },
        go: { description: 'x', input: {}, output: {} },
      },
    },
    { rule: 'workflow.invalid', line: 1, message: /several/ },
  ],
])('a workflow with %s cannot be published, and the finding says where', (_, change, expected) => {
  const inspection = inspectPackage(workflowPackage(change))
  const [finding] = inspection.conformance.findings
  expect(finding).toMatchObject({
    ...expected,
    severity: 'error',
    file: 'workflow.json',
    message: expect.stringMatching(expected.message),
  })
  expect(finding?.remedy).not.toBe('')
  expect(isPublishable(inspection)).toBe(false)
})

test('permissions that cannot be read are told once, not for every step', () => {
  const { findings } = inspectPackage(workflowPackage({ 'permissions.json': '{' })).conformance
  expect(findings.map(({ rule }) => rule)).toEqual(['json.invalid'])
})
