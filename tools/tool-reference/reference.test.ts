import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryRoot } from '../process/run-command.ts'
import { referenceFiles } from './reference-files.ts'
import { toolFacts } from './tool-facts.ts'

describe('the reference of the tools', () => {
  it('is in step with the tools; else run node tools/tool-reference/generate.ts', async () => {
    const files = await referenceFiles()
    expect(files.size).toBeGreaterThan(10)
    for (const [path, text] of files) expect(await readFile(join(repositoryRoot, path), 'utf8')).toBe(text)
  })

  it('describes every argument of every tool', () => {
    const bare = toolFacts().flatMap(({ name, input }) =>
      Object.entries(input.properties ?? {})
        .filter(([, { description = '' }]) => description === '')
        .map(([argument]) => `${name} ${argument}`),
    )
    expect(bare).toEqual([])
  })

  it('says what every tool answers and keeps to', () => {
    const facts = toolFacts()
    expect(facts.length).toBeGreaterThan(30)
    const silent = facts.filter(({ output }) => output.type === undefined && output.anyOf === undefined)
    // Those answer any JSON, and say which.
    expect(silent.filter(({ output }) => output.description === undefined).map(({ name }) => name)).toEqual([])
  })
})
