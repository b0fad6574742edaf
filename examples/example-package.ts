import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Evals } from '@guildhall/contracts'
import { type PackageFiles, readFolder } from '@guildhall/skill-format'

export interface ExamplePackage {
  name: string
  files: PackageFiles
}

/** The text of a file of the package; fails where it is not there. */
export function textOf({ name, files }: ExamplePackage, path: string): string {
  const bytes = files.get(path)
  if (bytes === undefined) throw new Error(`${name} has no ${path}`)
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

/** `evals/evals.json`, parsed strictly. */
export function evalsOf(example: ExamplePackage): Evals {
  return Evals.parse(JSON.parse(textOf(example, 'evals/evals.json')))
}

/** Every folder here is one skill. */
export async function readExamples(): Promise<ExamplePackage[]> {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => ({ name, files: await readFolder(join(import.meta.dirname, name)) })),
  )
}

/** The skills that guides spell out as a whole, in fences such as ```` ```js meeting-cost/bot-logic.js ````. */
export async function readGuideSkills(): Promise<ExamplePackage[]> {
  const folder = join(import.meta.dirname, '../docs/guides')
  const guides = (await readdir(folder)).filter((name) => name.endsWith('.md'))
  const found = new Map<string, Map<string, Uint8Array>>()
  for (const guide of guides) {
    const text = await readFile(join(folder, basename(guide)), 'utf8')
    for (const [, name = '', path = '', body = ''] of text.matchAll(/^```\w+ ([a-z-]+)\/(\S+)\n([\s\S]*?)^```$/gm)) {
      const files = found.get(name) ?? new Map<string, Uint8Array>()
      found.set(name, files.set(path, new TextEncoder().encode(body)))
    }
  }
  // Of some, a guide shows only the files that it is about.
  return [...found].filter(([, files]) => files.has('SKILL.md')).map(([name, files]) => ({ name, files }))
}
