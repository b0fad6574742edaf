import { basename, dirname, extname } from 'node:path/posix'
import { serverModules } from '../boundaries/rules.ts'

/** One name or line that the house does not want, with the way to mend it. */
export interface NameFinding {
  path: string
  /** 1-based; absent where the path itself is the matter. */
  line?: number
  problem: string
}

/** What only this machine knows about itself and what must therefore not stand in a file. */
export interface MachineFacts {
  /** Absolute path of the repository. */
  rootPath: string
  /** Host names of package registries that are configured here, the public one excepted. */
  registryHosts: readonly string[]
}

const ROOM_NAMES = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'shared', 'misc'])
const MODULE_FILES = new Set(['index', 'service', 'rules', 'access', 'store', 'routes', 'jobs', 'socket'])
const MODULE_FOLDERS = new Set(['rules', 'service', 'store'])
const MODULE_ROOT = 'apps/server/src/modules/'
const OUR_CODE = /^(apps|packages|tools|bench)\//
const TEST_FILE = /\.(test|e2e)\.tsx?$/

/** Paths that the tree's rules forbid. */
export function pathFindings(paths: readonly string[]): NameFinding[] {
  return paths
    .filter((path) => OUR_CODE.test(path))
    .flatMap((path) =>
      [roomProblem(path), moduleProblem(path)].flatMap((problem) => (problem ? [{ path, problem }] : [])),
    )
}

function roomProblem(path: string): string | undefined {
  const room = path.split('/').find((segment) => ROOM_NAMES.has(segment.split('.')[0] ?? ''))
  if (room) return `"${room}" says nothing: name it after what it does and put it beside its user`
  if (/^types\.(d\.)?tsx?$/.test(basename(path)))
    return 'types live beside the code that owns them, not in a types file'
  return undefined
}

function moduleProblem(path: string): string | undefined {
  if (!path.startsWith(MODULE_ROOT)) return undefined
  const [module = '', first = '', ...rest] = path.slice(MODULE_ROOT.length).split('/')
  if (!Object.hasOwn(serverModules, module))
    return `"${module}" is not in the module table of tools/boundaries/rules.ts`
  if (TEST_FILE.test(path)) return undefined
  if (rest.length > 0)
    return MODULE_FOLDERS.has(first) ? undefined : `a module has the folders rules/, service/ and store/ only`
  const isKnown = extname(first) === '.ts' && MODULE_FILES.has(basename(first, '.ts'))
  return isKnown ? undefined : `a module has the files ${[...MODULE_FILES].join(', ')} (.ts) and their tests only`
}

interface LineRule {
  pattern: RegExp
  problem: string
  appliesTo?: RegExp
}

/** Lines in `text` that name this machine, a registry's host, a place outside the repository, or a test that does not run. */
export function textFindings(path: string, text: string, facts: MachineFacts): NameFinding[] {
  const rules = lineRules(facts).filter(({ appliesTo }) => !appliesTo || appliesTo.test(path))
  return text
    .split('\n')
    .flatMap((content, index) =>
      rules.filter(({ pattern }) => pattern.test(content)).map(({ problem }) => ({ path, line: index + 1, problem })),
    )
}

function lineRules({ rootPath, registryHosts }: MachineFacts): LineRule[] {
  // A root of one segment ("/app") is a word that documents may well use.
  const isTelling = rootPath.split(/[\\/]/).filter(Boolean).length > 1
  const outside = `\\.\\./${'shared'}/(design|proofs|data|hooks)`
  return [
    ...(isTelling
      ? [{ pattern: new RegExp(`${escaped(rootPath)}(?![\\w-])`), problem: 'the path of this machine' }]
      : []),
    ...registryHosts.map((host) => ({ pattern: new RegExp(escaped(host)), problem: `the registry host ${host}` })),
    { pattern: /"resolved": "https?:/, problem: 'the address of a registry', appliesTo: /(^|\/)package-lock\.json$/ },
    { pattern: new RegExp(outside), problem: 'a path outside the repository' },
    {
      pattern: /\b(test|it|describe|suite)(\.\w+)*\.(only|skip|todo)\b/,
      problem: 'a test that is left out, or leaves the others out',
      appliesTo: TEST_FILE,
    },
  ]
}

function escaped(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** The folder or file as a reader writes it: `path:line problem`. */
export function describeFinding({ path, line, problem }: NameFinding): string {
  return line === undefined ? `${path}: ${problem} (in ${dirname(path)})` : `${path}:${line}: ${problem}`
}
