import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commonPermissions, missingPermissions, type Permissions, permissionTokens } from '@guildhall/contracts'
import { isStorableKey, isUpdate, judgeConsent, storageRefusal, tidyPermissions } from './rules.ts'

const list = (...values: string[]) => fc.array(fc.constantFrom(...values), { maxLength: 4 })
const permissions: fc.Arbitrary<Permissions> = fc.record({
  fileSystem: fc.record({ read: list('workspace', '/data'), write: list('workspace') }),
  network: fc.record({ hosts: list('*', 'a.example', 'b.example', '*.c.example') }),
  clipboard: fc.boolean(),
  ai: fc.boolean(),
  storage: fc.boolean(),
  tools: list('csv.parse', 'http.get'),
  skills: list('@a/b@^1'),
  secrets: list('KEY'),
  system: list('shell'),
})

describe('consent', () => {
  const uncovered = (declared: Permissions, consents: readonly Permissions[]): string[] =>
    permissionTokens(tidyPermissions(declared)).filter((token) =>
      consents.every((consent) => missingPermissions(declared, consent).includes(token)),
    )

  test('is given exactly where the consents together cover what is declared, and never for more than that', () => {
    const answers = fc.property(permissions, fc.array(permissions, { maxLength: 3 }), (declared, consents) => {
      const missing = uncovered(declared, consents)
      expect(judgeConsent(declared, consents)).toMatchObject(
        missing.length === 0 ? { isGiven: true, granted: tidyPermissions(declared) } : { isGiven: false, missing },
      )
    })
    expect(fc.check(answers)).toMatchObject({ failed: false })
  })

  test('explains each missing permission in words', () => {
    const explains = fc.property(permissions, permissions, (declared, consent) => {
      const verdict = judgeConsent(tidyPermissions(declared), [consent])
      const words = verdict.isGiven ? [] : verdict.statements.map(({ id }) => id)
      expect(new Set(words)).toEqual(new Set(uncovered(declared, [consent])))
    })
    expect(fc.check(explains)).toMatchObject({ failed: false })
  })
})

describe('common permissions', () => {
  test('are covered by both sides, whichever comes first', () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        const common = commonPermissions(a, b)
        expect(missingPermissions(common, a)).toEqual([])
        expect(missingPermissions(common, b)).toEqual([])
        expect(commonPermissions(b, a)).toEqual(common)
        expect(commonPermissions(a, a)).toEqual(tidyPermissions(a))
      }),
    )
  })
})

describe('updates', () => {
  test('are higher numbers only', () => {
    expect(isUpdate('1.9.0', '1.10.0')).toBe(true)
    expect(isUpdate('2.0.0-beta.1', '1.10.0')).toBe(false)
    expect(isUpdate('1.0.0', '1.0.0')).toBe(false)
  })
})

describe('storage', () => {
  const none = { keys: 0, sizeBytes: 0 }
  test('refuses what is too large, too much, or has an unusable key, and says why', () => {
    expect(storageRefusal({ key: 'k', sizeBytes: 64 * 1024 + 1 }, none)).toBeNull()
    expect(storageRefusal({ key: 'k', sizeBytes: 64 * 1024 + 2 }, none)).toContain('at most 65536')
    expect(storageRefusal({ key: 'k', sizeBytes: 2 }, { keys: 1000, sizeBytes: 9 })).toContain('1000 keys')
    expect(storageRefusal({ key: 'k', sizeBytes: 2 }, { keys: 1, sizeBytes: 1024 * 1024 - 1 })).toContain('are taken')
    expect(storageRefusal({ key: '', sizeBytes: 2 }, none)).toContain('a key has')
    expect(['', 'a/b', 'ä', '\0', 'a\0b', '\ud800'].map(isStorableKey)).toEqual([true, true, true, false, false, false])
  })
})
