import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { Workflow, workflowJsonSchema } from './workflow.ts'

test('the schema for editors is the one that packages are judged by; docs/schemas/workflow.schema.json is made of it', async () => {
  const file = new URL('../../../../docs/schemas/workflow.schema.json', import.meta.url)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(workflowJsonSchema())
})

test('a workflow is kept as it is written, with what is left out filled in', () => {
  const step = { id: 'a', tool: 'csv.parse', with: { text: '{{ input.text }}' } }
  expect(Workflow.parse({ steps: [step], output: null })).toEqual({
    steps: [{ ...step, join: 'all', onError: 'fail', stream: false }],
    output: null,
  })
})
