import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const Content = z.union([
  z.string(),
  z.strictObject({ link: z.string() }),
  z.strictObject({ submodule: z.string() }),
  z.strictObject({ repeat: z.string(), times: z.number() }),
  z.strictObject({ noiseBytes: z.number() }),
])
export type Content = z.infer<typeof Content>

/** One entry with a name that no tool would write. `object` is a mode and an object name to be taken as they are. */
const RawEntry = z.strictObject({
  path: z.array(z.string()),
  /** The last part of the name, as bytes. */
  nameHex: z.string().optional(),
  content: Content.default('x'),
  object: z.tuple([z.string(), z.string()]).optional(),
})

const Generated = z.strictObject({
  kind: z.enum(['files', 'depth', 'long-path', 'shared-trees', 'skills']),
  count: z.number(),
})

/** case.json of a folder in fixtures/repositories/bad: how the repository is made and served, and what must come of it. */
export const RepositoryCase = z.strictObject({
  why: z.string().min(8),
  /** `http` is the real server side of git; the others are in hostile-server.ts. */
  serve: z.string().default('file'),
  /** What is asked for instead of the repository that was built. */
  url: z.string().optional(),
  ref: z.string().nullable().default(null),
  path: z.string().nullable().default(null),
  files: z.record(z.string(), Content).default({}),
  entries: z.array(RawEntry).default([]),
  /** The order of names in the root tree as given, not sorted. */
  isUnsorted: z.boolean().default(false),
  generate: Generated.optional(),
  /** What each ref is: a thing of the repository. Default: the branch main is the commit. */
  refs: z
    .record(
      z.string(),
      z.enum(['commit', 'other-commit', 'tree', 'blob', 'tag', 'tag-of-tag', 'tag-of-tree', 'missing']),
    )
    .default({ 'refs/heads/main': 'commit' }),
  /** Files put into the served repository itself; $CANARY, $COMMIT and $OTHER are replaced. */
  inside: z.record(z.string(), z.string()).default({}),
  /** Paths whose objects are taken away again. */
  missing: z.array(z.string()).default([]),
  limits: z
    .strictObject({
      wallMs: z.number(),
      maxFetchedBytes: z.number(),
      maxFiles: z.number(),
      maxDepth: z.number(),
      maxPathBytes: z.number(),
      maxFileBytes: z.number(),
    })
    .partial()
    .default({}),
  outcome: z.union([
    z.strictObject({ error: z.string() }),
    z.strictObject({
      skills: z.array(z.string()),
      leftOut: z.record(z.string(), z.string()).default({}),
      problems: z.number().default(0),
      /** By the directory of a skill: the error that it is refused with, or its files and the rules of its findings. */
      packages: z
        .record(
          z.string(),
          z.union([
            z.strictObject({ error: z.string() }),
            z.strictObject({ files: z.record(z.string(), z.string()), findings: z.array(z.string()).default([]) }),
          ]),
        )
        .default({}),
    }),
  ]),
})
export type RepositoryCase = z.infer<typeof RepositoryCase>

const badFolder = join(import.meta.dirname, '../../../fixtures/repositories/bad')

/** Every folder of hostile repositories: its name and its case. */
export function readRepositoryCases(): [string, RepositoryCase][] {
  return readdirSync(badFolder)
    .sort()
    .map((name) => [name, RepositoryCase.parse(JSON.parse(readFileSync(join(badFolder, name, 'case.json'), 'utf8')))])
}
