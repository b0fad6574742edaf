import { guide } from './guide.ts'
import { pythonTypes } from './python-types.ts'
import { toolFacts } from './tool-facts.ts'
import { typescriptTypes } from './typescript-types.ts'

/** The files that are made from the tools, by their paths in the repository. */
export async function referenceFiles(): Promise<Map<string, string>> {
  const facts = toolFacts()
  const declarations = [...(await typescriptTypes(facts))].map(
    ([path, text]) => [`packages/skill-types/${path}`, text] as const,
  )
  return new Map([
    ['docs/guides/tools.md', guide(facts)],
    ['packages/skill-types/guildhall_skill.pyi', pythonTypes(facts)],
    ...declarations,
  ])
}
