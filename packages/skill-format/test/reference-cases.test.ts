import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { inspectPackage } from '../src/index.ts'

const ReferenceCases = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      directory: z.string(),
      skillMdBase64: z.base64(),
      valid: z.boolean(),
      /** Null where the reference crashed. */
      errors: z.array(z.string()).nullable(),
    }),
  ),
})

const path = join(import.meta.dirname, '../../../fixtures/skills/reference-cases.json')
const { cases } = ReferenceCases.parse(JSON.parse(readFileSync(path, 'utf8')))
const YAML = 'Invalid YAML in frontmatter'

function specErrors({ skillMdBase64, directory }: (typeof cases)[number]): string[] {
  const files = new Map([['SKILL.md', Buffer.from(skillMdBase64, 'base64')]])
  return inspectPackage(files, { directoryName: directory }).conformance.specErrors
}

test('all cases of the reference validator are here', () => {
  expect(cases).toHaveLength(164)
})

test.each(cases.filter((one) => one.errors !== null))(
  'SKILL.md case $id gets the verdict and the words of the reference validator',
  (one) => {
    // What follows these words is the YAML parser's own and not part of the agreement.
    const got = specErrors(one).map((message) => (message.startsWith(`${YAML}: `) ? YAML : message))
    expect(got).toEqual(one.errors)
    expect(got.length === 0).toBe(one.valid)
  },
)

test('where the reference crashes there is a clear error', () => {
  const crashing = cases.filter((one) => one.errors === null).map((one) => [one.id, specErrors(one)])
  expect(crashing).toEqual([
    ['invalid-utf8', ['SKILL.md is not valid UTF-8']],
    ['raw-null-bytes', ['Invalid YAML in frontmatter: it contains a control character (line 3)']],
  ])
})
