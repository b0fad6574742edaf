import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { type PackageFiles, readProperties, type ReferenceOutput, toPrompt } from '../src/index.ts'

const Output = z.object({ stdout: z.string(), stderr: z.string(), exitCode: z.number() })

/** Measured by running the reference implementation on these folders. */
const Measured = z.object({
  package: z.string(),
  cases: z.array(Output.extend({ directory: z.string(), file: z.string().nullable(), text: z.string() })),
  prompts: z.array(Output.extend({ directories: z.array(z.string()) })),
})

const path = join(import.meta.dirname, '../../../fixtures/skills/reference-outputs.json')
const { cases, prompts } = Measured.parse(JSON.parse(readFileSync(path, 'utf8')))

const filesOf = (directory: string): PackageFiles => {
  const one = cases.find((each) => each.directory === directory)
  if (one === undefined) throw new Error(`no skill ${directory}`)
  return new Map(one.file === null ? [] : [[one.file, new TextEncoder().encode(one.text)]])
}

/** In the form of the measurement; what follows these words is the YAML parser's own. */
function measured(output: ReferenceOutput): z.infer<typeof Output> {
  if (output.status === 'printed') return { stdout: output.stdout, stderr: '', exitCode: 0 }
  return { stdout: '', stderr: output.stderr.replace(/(Invalid YAML in frontmatter).*\n$/, '$1'), exitCode: 1 }
}

test.each(cases)('read-properties of $directory is byte for byte what the reference prints', (one) => {
  const { stdout, stderr, exitCode } = one
  expect(measured(readProperties(filesOf(one.directory), one.directory))).toEqual({ stdout, stderr, exitCode })
})

test.each(prompts)(
  'to-prompt of $directories is byte for byte what the reference prints',
  ({ directories, ...one }) => {
    const skills = directories.map((name) => ({ files: filesOf(name), directory: `/skills/${name}` }))
    expect(measured(toPrompt(skills))).toEqual(one)
  },
)

test('a SKILL.md that is no UTF-8 gets a sentence where the reference ends in a stack trace', () => {
  const files = new Map([['SKILL.md', Uint8Array.from([0x2d, 0x2d, 0x2d, 0xff])]])
  expect(readProperties(files, 'x')).toEqual({ status: 'refused', stderr: 'Error: SKILL.md is not valid UTF-8\n' })
})
