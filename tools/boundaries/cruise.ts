import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { boundaryRules, workspaces, type Doors } from './rules.ts'

/** One import that a rule forbids; `from` and `to` are paths from the root of the tree. */
export interface Violation {
  rule: string
  from: string
  to: string
  comment: string
}

/** What a look at one tree found. `modules` are the files of the tree that were read, without anything from node_modules. */
export interface Cruised {
  violations: Violation[]
  modules: string[]
  importCount: number
}

const CRUISED_FOLDERS = ['apps', 'packages', 'tools', 'bench']
const NOT_OURS = '(^|/)((node_modules|dist|\\.next|fixtures)/|next-env\\.d\\.ts$)|^examples/'

/** The doors of the packages under `root`, read from the "exports" of each package.json. */
export function readDoors(root: string): Doors {
  const names = Object.keys(workspaces).filter((name) => name.startsWith('packages/'))
  return Object.fromEntries(names.map((name) => [name, doorsOf(root, name)]))
}

function doorsOf(root: string, workspace: string): string[] {
  const file = join(root, workspace, 'package.json')
  if (!existsSync(file)) return []
  const manifest: { exports?: Record<string, unknown> } = JSON.parse(readFileSync(file, 'utf8'))
  const targets = Object.values(manifest.exports ?? {})
  return targets.filter((target) => typeof target === 'string').map((target) => posix.join(workspace, target))
}

/** The TypeScript files on disk that a cruise of `root` must have read: the count that proves that it looked at all. */
export function sourceFiles(root: string): string[] {
  return CRUISED_FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && !new RegExp(NOT_OURS).test(path)),
  )
}

/** Reads every import below `root` and holds it against the boundary rules (or `rules`, when given). */
export async function cruiseTree(root: string, rules?: IForbiddenRuleType[]): Promise<Cruised> {
  const forbidden = rules ?? boundaryRules(readDoors(root))
  const result = await cruise(
    CRUISED_FOLDERS.filter((folder) => existsSync(join(root, folder))),
    {
      baseDir: root,
      ruleSet: { forbidden },
      validate: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: NOT_OURS.replace('node_modules|', '') },
      tsPreCompilationDeps: true,
      combinedDependencies: true,
      enhancedResolveOptions: {
        exportsFields: ['exports'],
        conditionNames: ['import', 'node', 'default', 'types'],
        extensions: ['.ts', '.tsx', '.mjs', '.js', '.css', '.json'],
      },
    },
  )
  if (typeof result.output === 'string')
    throw new Error('dependency-cruiser answered with text where data was expected')
  return summarize(result.output, forbidden)
}

function summarize(output: ICruiseResult, rules: readonly IForbiddenRuleType[]): Cruised {
  const comments = new Map(rules.map(({ name, comment }) => [name, comment]))
  const own = output.modules.filter((module) => /^(apps|packages|tools|bench)\//.test(module.source))
  return {
    violations: output.summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      from,
      to,
      comment: comments.get(rule.name) ?? '',
    })),
    modules: own.map((module) => module.source),
    importCount: own.reduce((count, module) => count + module.dependencies.length, 0),
  }
}
