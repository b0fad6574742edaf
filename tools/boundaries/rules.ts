import type { IForbiddenRuleType } from 'dependency-cruiser'

/**
 * The one place that says who may import whom. Change it together with a note in `docs/decisions`.
 *
 * Server modules, lowest first; each may import only the `index.ts` of the modules named.
 */
export const serverModules: Readonly<Record<string, readonly string[]>> = {
  audit: [],
  identity: ['audit'],
  skills: ['identity', 'audit'],
  trust: ['audit', 'skills'],
  publishing: ['identity', 'audit', 'skills', 'trust'],
  installations: ['identity', 'audit', 'skills', 'trust'],
  drafts: ['audit', 'publishing'],
  executions: ['identity', 'audit', 'skills', 'installations', 'drafts'],
  interop: ['identity', 'skills'],
}

/** Which workspace may import which package, always through a door that the package's `exports` names. */
export const workspaces: Readonly<Record<string, readonly string[]>> = {
  'packages/contracts': [],
  'packages/skill-format': ['packages/contracts'],
  'packages/outbound': [],
  'packages/models': ['packages/contracts'],
  'packages/skill-sources': ['packages/contracts', 'packages/skill-format', 'packages/outbound'],
  'packages/sandbox': ['packages/contracts', 'packages/outbound', 'packages/models', 'packages/skill-format'],
  'packages/skill-types': [],
  'packages/sdk': ['packages/contracts', 'packages/skill-format', 'packages/skill-sources'],
  'apps/server': [
    'packages/contracts',
    'packages/skill-format',
    'packages/sandbox',
    'packages/skill-sources',
    'packages/models',
  ],
  'apps/web': ['packages/contracts', 'packages/sdk'],
  'apps/cli': [
    'packages/contracts',
    'packages/models',
    'packages/sandbox',
    'packages/sdk',
    'packages/skill-format',
    'packages/skill-sources',
  ],
}

/** The exported files of each package, as paths from the repository's root: `packages/sdk` -> `['packages/sdk/src/index.ts']`. */
export type Doors = Readonly<Record<string, readonly string[]>>

const MODULE = '^apps/server/src/modules/([^/]+)/'
const TEST = '\\.(test|e2e)\\.tsx?$'
const TEST_FOLDER = '^(apps|packages)/[^/]+/(test|e2e)/'
const DEVELOPMENT = [TEST, TEST_FOLDER, '^(tools|bench)/', '\\.config\\.[a-z]+$']
const SQL = ['node_modules/(drizzle-orm|pg)/', '^apps/server/db/']
const HTTP = ['node_modules/(fastify|@fastify)/', '^apps/server/src/platform/http(\\.ts$|/)']

function exactly(path: string): string {
  return `^${path.replaceAll('.', '\\.')}$`
}

function workspaceRules(doors: Doors): IForbiddenRuleType[] {
  return Object.entries(workspaces).map(([workspace, allowed]) => ({
    name: `workspace:${workspace}`,
    comment: `${workspace} may import ${allowed.join(', ') || 'no other workspace'}, through a door named in its "exports"`,
    severity: 'error',
    from: { path: `^${workspace}/` },
    to: {
      path: '^(apps|packages|tools|bench)/',
      pathNot: [`^${workspace}/`, ...allowed.flatMap((name) => (doors[name] ?? []).map(exactly))],
    },
  }))
}

function moduleRules(): IForbiddenRuleType[] {
  const known = Object.keys(serverModules)
  return [
    ...Object.entries(serverModules).map(
      ([module, allowed]): IForbiddenRuleType => ({
        name: `module:${module}`,
        comment: `the module ${module} may import the index.ts of: ${allowed.join(', ') || 'none'}`,
        severity: 'error',
        from: { path: `^apps/server/src/modules/${module}/` },
        to: {
          path: '^apps/server/src/modules/',
          pathNot: [
            `^apps/server/src/modules/${module}/`,
            ...allowed.map((name) => exactly(`apps/server/src/modules/${name}/index.ts`)),
          ],
        },
      }),
    ),
    {
      name: 'module-in-the-table',
      comment: 'a new module takes its place in the table in tools/boundaries/rules.ts first',
      severity: 'error',
      from: { path: `^apps/server/src/modules/(?!(${known.join('|')})/)` },
      to: {},
    },
  ]
}

const layerRules: IForbiddenRuleType[] = [
  {
    name: 'modules-not-to-processes',
    comment: 'processes wire modules and platform, never the other way round',
    severity: 'error',
    from: { path: '^apps/server/(src/(modules|platform)|db)/', pathNot: TEST },
    to: { path: '^apps/server/src/processes/' },
  },
  {
    name: 'platform-is-ignorant',
    comment: 'platform knows no module',
    severity: 'error',
    from: { path: '^apps/server/src/platform/' },
    to: { path: '^apps/server/src/modules/' },
  },
  {
    name: 'rules-are-pure',
    comment: 'rules and access import contracts, skill-format, semver, zod and their own rules and access only',
    severity: 'error',
    from: { path: `${MODULE}(rules|access)(\\.ts$|/)`, pathNot: TEST },
    to: {
      path: '.',
      pathNot: [
        '^packages/(contracts|skill-format)/',
        '^apps/server/src/modules/$1/(rules|access)(\\.ts$|/)',
        'node_modules/(@types/)?(zod|semver)/',
      ],
    },
  },
  {
    name: 'sql-only-in-stores',
    comment: 'drizzle-orm, pg and the tables of apps/server/db belong to store.ts, store/, platform, processes and db',
    severity: 'error',
    from: {
      path: '^(apps|packages)/',
      pathNot: ['(^|/)store(\\.ts$|/)', '^apps/server/src/(platform|processes)/', '^apps/server/db/', ...DEVELOPMENT],
    },
    to: { path: SQL },
  },
  {
    name: 'http-only-at-the-edge',
    comment: 'only routes.ts, platform/http and processes know HTTP',
    severity: 'error',
    from: {
      path: '^apps/server/src/',
      pathNot: [
        `${MODULE}routes\\.ts$`,
        '^apps/server/src/platform/http(\\.ts$|/)',
        '^apps/server/src/processes/',
        TEST,
      ],
    },
    to: { path: HTTP },
  },
  {
    name: 'edges-not-to-store',
    comment: 'routes, jobs and socket call the service, which calls the store',
    severity: 'error',
    from: { path: `${MODULE}(routes|jobs|socket)\\.ts$` },
    to: { path: `${MODULE}store(\\.ts$|/)` },
  },
  {
    name: 'web-ui-is-primitive',
    comment: 'apps/web/src/ui knows no data, no route, no feature',
    severity: 'error',
    from: { path: '^apps/web/src/ui/', pathNot: TEST },
    to: {
      path: ['^(apps|packages)/', 'node_modules/next/(dist/client/components/)?navigation'],
      pathNot: '^apps/web/src/ui/',
    },
  },
]

const hygieneRules: IForbiddenRuleType[] = [
  { name: 'no-circular', comment: 'no import circles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'resolvable',
    comment: 'every import exists; guests of the sandbox import from memory',
    severity: 'error',
    from: { pathNot: '^packages/sandbox/src/engines/[^/]+/guest/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'declared-dependencies-only',
    comment: "what is imported is named in the workspace's own package.json (or the root's, for tests and tools)",
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'product-needs-no-development-dependency',
    comment: 'what runs in production is under "dependencies"; the CLI is published as a bundle that needs nothing',
    severity: 'error',
    from: { path: '^(apps|packages)/', pathNot: ['^apps/cli/', ...DEVELOPMENT] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-test-import',
    comment: 'tests and their folders are imported by tests only',
    severity: 'error',
    from: { pathNot: [TEST, TEST_FOLDER, '^bench/'] },
    to: { path: [TEST, TEST_FOLDER] },
  },
]

/** All boundary rules, for a tree whose packages have these doors. */
export function boundaryRules(doors: Doors): IForbiddenRuleType[] {
  return [...workspaceRules(doors), ...moduleRules(), ...layerRules, ...hygieneRules]
}
