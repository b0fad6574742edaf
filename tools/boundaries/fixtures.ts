/** A file of the fixture tree that breaks a rule; the rules named must all speak up about exactly this file. */
export interface Offence {
  rules: string[]
  path: string
  source: string
}

const MODULES = 'apps/server/src/modules'

function manifest(name: string, fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ name, version: '1.0.0', type: 'module', ...fields })
}

function installed(name: string): [string, string][] {
  return [
    [
      `node_modules/${name}/package.json`,
      manifest(name, { exports: { '.': './index.js', './navigation': './navigation.js' } }),
    ],
    [`node_modules/${name}/index.js`, 'export const x = 1'],
    [`node_modules/${name}/navigation.js`, 'export const x = 1'],
  ]
}

const exported = 'export const x = 1'

/** The workspaces of the fixture tree: folder -> package name. They are linked into its node_modules. */
export const fixtureWorkspaces: Readonly<Record<string, string>> = {
  'packages/contracts': '@guildhall/contracts',
  'packages/skill-format': '@guildhall/skill-format',
  'packages/outbound': '@guildhall/outbound',
  'packages/models': '@guildhall/models',
  'packages/skill-sources': '@guildhall/skill-sources',
  'packages/sandbox': '@guildhall/sandbox',
  'packages/skill-types': '@guildhall/skill-types',
  'packages/sdk': '@guildhall/sdk',
}

/** A tree in miniature that obeys every rule: path -> source. Nothing in it may be reported. */
export const obedientFiles: Readonly<Record<string, string>> = Object.fromEntries([
  ['package.json', manifest('fixture', { workspaces: ['packages/*', 'apps/*'], devDependencies: { vitest: '1.0.0' } })],
  ...['fastify', 'drizzle-orm', 'pg', 'zod', 'next', 'vitest', 'undeclared', 'commander'].flatMap(installed),
  ...Object.entries(fixtureWorkspaces).flatMap(([folder, name]) => [
    [
      `${folder}/package.json`,
      manifest(name, {
        exports: { '.': './src/index.ts' },
        dependencies: { zod: '1.0.0', '@guildhall/contracts': '1.0.0', '@guildhall/skill-format': '1.0.0' },
      }),
    ],
    [`${folder}/src/index.ts`, exported],
    [`${folder}/src/inside.ts`, exported],
  ]),
  [
    'apps/server/package.json',
    manifest('server', { dependencies: { fastify: '1.0.0', 'drizzle-orm': '1.0.0', pg: '1.0.0', zod: '1.0.0' } }),
  ],
  ['apps/web/package.json', manifest('web', { dependencies: { next: '1.0.0' } })],
  ['apps/cli/package.json', manifest('cli', { dependencies: { commander: '1.0.0' } })],
  ['apps/server/db/skills.ts', "export { x } from 'drizzle-orm'"],
  ['apps/server/src/platform/http.ts', "export { x } from 'fastify'"],
  ['apps/server/src/platform/db.ts', "export { x } from 'pg'"],
  [
    'apps/server/src/processes/api.ts',
    "import { x as f } from 'fastify'\nimport { x } from '../modules/skills/index.ts'\nexport const y = f + x",
  ],
  ...['audit', 'identity', 'skills', 'trust', 'publishing', 'installations', 'drafts', 'executions', 'interop'].flatMap(
    (name) => [
      [`${MODULES}/${name}/index.ts`, "export { x } from './service.ts'"],
      [
        `${MODULES}/${name}/service.ts`,
        "import { x as s } from './store.ts'\nimport { x as r } from './rules.ts'\nexport const x = s + r",
      ],
      [
        `${MODULES}/${name}/store.ts`,
        "import { x as t } from '../../../db/skills.ts'\nimport { x as d } from 'drizzle-orm'\nexport const x = t + d",
      ],
      [
        `${MODULES}/${name}/rules.ts`,
        "import { x as z } from 'zod'\nimport { x as c } from '@guildhall/contracts'\nexport const x = z + c",
      ],
      [`${MODULES}/${name}/rules.test.ts`, "import { x } from 'vitest'\nexport const y = x"],
    ],
  ),
  [
    `${MODULES}/trust/routes.ts`,
    "import { x as f } from 'fastify'\nimport { x } from './service.ts'\nexport const y = f + x",
  ],
  ['apps/web/src/ui/button.ts', exported],
  [
    'apps/web/src/features/list.ts',
    "import { x } from '@guildhall/sdk'\nimport { x as b } from '../ui/button.ts'\nexport const y = x + b",
  ],
  ['apps/cli/src/main.ts', "import { x } from 'commander'\nexport const y = x"],
])

function offence(rules: string | string[], path: string, imported: string): Offence {
  return { rules: [rules].flat(), path, source: `import { x } from '${imported}'\nexport const y = x\n` }
}

/** At least one file for every rule in `rules.ts`, and one for every way round a rule that somebody might try. */
export const offences: readonly Offence[] = [
  offence('workspace:packages/contracts', 'packages/contracts/src/bad.ts', '@guildhall/sdk'),
  offence('workspace:packages/skill-format', 'packages/skill-format/src/bad.ts', '@guildhall/sandbox'),
  offence('workspace:packages/outbound', 'packages/outbound/src/bad.ts', '@guildhall/contracts'),
  offence('workspace:packages/skill-sources', 'packages/skill-sources/src/bad.ts', '@guildhall/sdk'),
  offence('workspace:packages/models', 'packages/models/src/bad.ts', '@guildhall/sandbox'),
  offence('workspace:packages/sandbox', 'packages/sandbox/src/bad.ts', '@guildhall/sdk'),
  offence('workspace:packages/skill-types', 'packages/skill-types/src/bad.ts', '@guildhall/contracts'),
  offence('workspace:packages/sdk', 'packages/sdk/src/bad.ts', '@guildhall/sandbox'),
  offence('workspace:packages/sdk', 'packages/sdk/src/bad-inside.ts', '../../contracts/src/inside.ts'),
  offence('workspace:apps/server', 'apps/server/src/processes/bad.ts', '@guildhall/sdk'),
  offence('workspace:apps/server', 'apps/server/src/processes/bad-web.ts', '../../../web/src/ui/button.ts'),
  offence('workspace:apps/web', 'apps/web/src/features/bad.ts', '@guildhall/skill-format'),
  offence('workspace:apps/web', 'apps/web/src/features/bad-server.ts', '../../../server/src/platform/db.ts'),
  offence('workspace:apps/cli', 'apps/cli/src/bad.ts', '@guildhall/outbound'),

  offence('module:audit', `${MODULES}/audit/bad.ts`, '../identity/index.ts'),
  offence('module:identity', `${MODULES}/identity/bad.ts`, '../skills/index.ts'),
  offence('module:skills', `${MODULES}/skills/bad.ts`, '../publishing/index.ts'),
  offence('module:trust', `${MODULES}/trust/bad.ts`, '../identity/index.ts'),
  offence('module:publishing', `${MODULES}/publishing/bad.ts`, '../executions/index.ts'),
  offence('module:publishing', `${MODULES}/publishing/bad-inside.ts`, '../skills/store.ts'),
  offence('module:installations', `${MODULES}/installations/bad.ts`, '../publishing/index.ts'),
  offence('module:drafts', `${MODULES}/drafts/bad.ts`, '../skills/index.ts'),
  offence('module:executions', `${MODULES}/executions/bad.ts`, '../trust/index.ts'),
  offence('module:interop', `${MODULES}/interop/bad.ts`, '../publishing/index.ts'),
  offence('module-in-the-table', `${MODULES}/ledger/index.ts`, '../audit/index.ts'),

  offence('modules-not-to-processes', `${MODULES}/skills/bad-process.ts`, '../../processes/api.ts'),
  offence('modules-not-to-processes', 'apps/server/src/platform/bad-process.ts', '../processes/api.ts'),
  offence('platform-is-ignorant', 'apps/server/src/platform/bad.ts', '../modules/skills/index.ts'),
  offence('rules-are-pure', `${MODULES}/skills/access.ts`, './store.ts'),
  offence('rules-are-pure', `${MODULES}/trust/access.ts`, 'node:fs'),
  offence('rules-are-pure', `${MODULES}/skills/rules/bad-rules.ts`, 'node:fs'),
  offence('rules-are-pure', `${MODULES}/executions/access.ts`, '../skills/index.ts'),
  offence('rules-are-pure', `${MODULES}/publishing/access.ts`, '../../platform/db.ts'),
  offence('sql-only-in-stores', `${MODULES}/skills/bad-sql.ts`, 'drizzle-orm'),
  offence('sql-only-in-stores', `${MODULES}/skills/service/list-skills.ts`, 'pg'),
  offence('sql-only-in-stores', `${MODULES}/skills/bad-table.ts`, '../../../db/skills.ts'),
  offence('http-only-at-the-edge', `${MODULES}/skills/bad-http.ts`, 'fastify'),
  offence('http-only-at-the-edge', `${MODULES}/skills/jobs.ts`, '../../platform/http.ts'),
  {
    rules: ['http-only-at-the-edge'],
    path: `${MODULES}/skills/service/read-skill.ts`,
    source: "import type { x } from 'fastify'\nexport type Y = typeof x\n",
  },
  offence('http-only-at-the-edge', 'apps/server/src/platform/bad-http.ts', 'fastify'),
  offence('edges-not-to-store', `${MODULES}/skills/routes.ts`, './store.ts'),
  offence('edges-not-to-store', `${MODULES}/trust/jobs.ts`, './store.ts'),
  offence('edges-not-to-store', `${MODULES}/executions/socket.ts`, './store.ts'),
  offence('web-ui-is-primitive', 'apps/web/src/ui/bad.ts', '../features/list.ts'),
  offence('web-ui-is-primitive', 'apps/web/src/ui/bad-data.ts', '@guildhall/sdk'),
  offence('web-ui-is-primitive', 'apps/web/src/ui/bad-router.ts', 'next/navigation'),

  offence('no-circular', 'packages/sdk/src/circle-a.ts', './circle-b.ts'),
  // A circle is reported once, at one of its files.
  offence([], 'packages/sdk/src/circle-b.ts', './circle-a.ts'),
  offence('resolvable', 'packages/sdk/src/bad-missing.ts', './nowhere.ts'),
  offence('resolvable', 'apps/cli/src/bad-missing.ts', 'never-installed'),
  offence('declared-dependencies-only', 'apps/cli/src/bad-undeclared.ts', 'undeclared'),
  offence('product-needs-no-development-dependency', 'packages/sdk/src/bad-development.ts', 'vitest'),
  offence('no-test-import', `${MODULES}/skills/bad-test.ts`, './rules.test.ts'),
]
