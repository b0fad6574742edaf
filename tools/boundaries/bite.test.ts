import { expect, test } from 'vitest'
import { biteRules } from './bite.ts'
import { boundaryComplaints } from './check.ts'

test('every boundary rule speaks up about the files that break it, and about no other', async () => {
  const report = await biteRules()
  expect(report).toMatchObject({ silent: [], untested: [], falseAlarms: [], unread: [] })
  expect(report.ruleCount).toBeGreaterThan(20)
})

test('a rule that stays silent, a rule without a fixture and a false alarm are all noticed', async () => {
  const report = await biteRules((rules) => [
    ...rules.filter(({ name }) => name !== 'platform-is-ignorant'),
    { name: 'nothing-imports-zod', severity: 'error', from: {}, to: { path: 'node_modules/zod/' } },
  ])
  expect(report.silent).toEqual(['platform-is-ignorant: apps/server/src/platform/bad.ts'])
  expect(report.untested).toEqual(['nothing-imports-zod'])
  expect(report.falseAlarms[0]).toContain('nothing-imports-zod: apps/server/src/modules/')
})

test('a look that read too few files, or files without imports, is a complaint even without a violation', () => {
  const blind = { violations: [], modules: ['apps/a.ts', 'apps/b.ts'], importCount: 0 }
  const complaints = boundaryComplaints(blind, ['apps/a.ts', 'apps/b.ts', 'apps/c.ts'], 40)
  expect(complaints).toHaveLength(3)
  expect(complaints[0]).toContain('apps/c.ts')
  expect(boundaryComplaints({ ...blind, importCount: 2 }, blind.modules, 2)).toEqual([])
})
