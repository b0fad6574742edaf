import { expect, test } from 'vitest'
import { registryHosts } from './check.ts'
import { pathFindings, textFindings, type MachineFacts } from './findings.ts'

const facts: MachineFacts = { rootPath: '/srv/checkouts/guildhall', registryHosts: ['packages.corp.example'] }

function problemsIn(text: string, path = 'docs/guide.md'): string[] {
  return textFindings(path, text, facts).map(({ problem }) => problem)
}

test('rooms without a meaning are refused wherever they stand', () => {
  const refused = [
    'apps/web/src/utils/dates.ts',
    'packages/sdk/src/helpers.ts',
    'tools/common/x.ts',
    'apps/cli/src/types.ts',
  ]
  expect(pathFindings(refused).map(({ path }) => path)).toEqual(refused)
})

test('names that merely contain such a word, and folders that are not our code, are left alone', () => {
  expect(pathFindings(['apps/web/src/ui/shared-axis.ts', 'examples/notes/utils/index.js', 'docs/common.md'])).toEqual(
    [],
  )
})

test('a module holds its eight files, their tests, service/, store/ and rules/, and stands in the table', () => {
  const modules = 'apps/server/src/modules'
  const good = [
    'index.ts',
    'store.ts',
    'jobs.test.ts',
    'two-uploads.test.ts',
    'service/submit-version.ts',
    'store/rows.ts',
    'rules/look-alikes.ts',
  ]
  expect(pathFindings(good.map((name) => `${modules}/publishing/${name}`))).toEqual([])
  const bad = ['publishing/queries.ts', 'publishing/service.js', 'publishing/parts/x.ts', 'payments/index.ts']
  expect(pathFindings(bad.map((name) => `${modules}/${name}`))).toHaveLength(bad.length)
})

test('the path of this machine, its registry and places outside the repository are found with their line', () => {
  expect(textFindings('docs/guide.md', 'first\nrun it in /srv/checkouts/guildhall now', facts)).toEqual([
    { path: 'docs/guide.md', line: 2, problem: 'the path of this machine' },
  ])
  expect(problemsIn('from https://packages.corp.example/zod')).toEqual(['the registry host packages.corp.example'])
  expect(problemsIn(`see ../${'shared'}/design/PRODUCT.md`)).toEqual(['a path outside the repository'])
  expect(problemsIn('/srv/checkouts/guildhall-other is another folder')).toEqual([])
})

test('a lock file with addresses in it is refused', () => {
  const line = '"resolved": "https://anywhere.example/zod.tgz"'
  expect(problemsIn(line, 'package-lock.json')).toEqual(['the address of a registry'])
  expect(problemsIn('"resolved": "packages/sdk"', 'package-lock.json')).toEqual([])
})

test('tests that are left out are found, in test files only', () => {
  for (const word of ['only', 'skip', 'todo']) {
    expect(problemsIn(`test.${word}('x', () => {})`, 'apps/cli/src/a.test.ts')).toHaveLength(1)
    expect(problemsIn(`describe.concurrent.${word}('x', () => {})`, 'apps/web/e2e/a.e2e.ts')).toHaveLength(1)
    expect(problemsIn(`test.${word}('x', () => {})`, 'docs/testing.md')).toEqual([])
  }
})

test('a short root such as /app does not forbid the word', () => {
  expect(textFindings('docs/a.md', 'mount it at /app', { rootPath: '/app', registryHosts: [] })).toEqual([])
})

test('the registry that npm uses must not be named, one on this machine may be', () => {
  expect(registryHosts({ npm_config_registry: 'http://localhost:4873/' })).toEqual([])
  expect(registryHosts({ npm_config_registry: 'https://packages.corp.example/npm/' })).toEqual([
    'packages.corp.example',
  ])
  expect(registryHosts({})).toEqual([])
})
