import { expect, test } from 'vitest'
import { defaultLimits, PackageError, packageErrorTable, unpackArchive } from '../src/index.ts'
import { buildArchive, readBadCases } from './bad-case.ts'

const cases = readBadCases()

test('there are hostile archives of every kind that the reader names', () => {
  const named = new Set(cases.map(([, one]) => one.error))
  const possible = Object.keys(packageErrorTable).filter((code) => code.startsWith('archive.'))
  expect(possible.filter((code) => !named.has(code))).toEqual([])
  expect(cases.length).toBeGreaterThan(100)
})

test.each(cases)('the hostile archive %s raises the error that its folder names', async (_, one) => {
  const refusal = await unpackArchive(buildArchive(one), { ...defaultLimits, ...one.limits }).catch(
    (error: unknown) => error,
  )
  if (!(refusal instanceof PackageError)) throw new Error('it was accepted', { cause: refusal })
  expect({ code: refusal.code, path: refusal.facts.path }).toEqual({
    code: one.error,
    path: one.path ?? refusal.facts.path,
  })
  expect(refusal.message).toContain(refusal.remedy)
  expect(refusal.message).toMatch(/^[^\p{C}]+$/u)
})
