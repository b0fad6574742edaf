import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConformanceLevel, SkillKind } from '@guildhall/contracts'
import * as z from 'zod'

/** case.json of a folder in fixtures/skills/good: the skill folder beside it, and what must be said of it. */
const GoodCase = z.strictObject({
  why: z.string().min(8),
  directory: z.string(),
  level: ConformanceLevel,
  /** Null where nothing can be registered. */
  kind: SkillKind.nullable(),
  publishable: z.boolean(),
  /** The rules of its findings. */
  rules: z.array(z.string()),
})

const goodFolder = join(import.meta.dirname, '../../../fixtures/skills/good')

export interface GoodSkill extends z.infer<typeof GoodCase> {
  /** Where the skill stands on disk. */
  folder: string
}

/** Every folder of good skills: its name, and what is expected of it. */
export function readGoodCases(): [string, GoodSkill][] {
  return readdirSync(goodFolder)
    .sort()
    .map((name) => {
      const one = GoodCase.parse(JSON.parse(readFileSync(join(goodFolder, name, 'case.json'), 'utf8')))
      return [name, { ...one, folder: join(goodFolder, name, one.directory) }]
    })
}
