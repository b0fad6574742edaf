import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Handle, Role, Scope, UserStatus } from '@guildhall/contracts'
import { lacksForKey, mayPublishAs } from './access.ts'
import {
  countedFailures,
  isReservedHandle,
  judgeRefreshToken,
  loginLimit,
  loginWaitSeconds,
  nameProblem,
  sessionLifetimeMs,
  wouldLoseLastAdmin,
} from './rules.ts'

describe('reserved handles', () => {
  test('cover the names of the platform and every first path segment of the web', () => {
    const names =
      'guildhall admin api auth docs marketplace library publish skills system www root support security assistant bundles teams devices agents profile develop workflows apps executions review submissions healthz readyz metrics mcp'
    expect(names.split(' ').filter((name) => !isReservedHandle(name))).toEqual([])
  })

  test('leave ordinary handles free', () => {
    const ordinary = ['ada', 'acme', 'guildhall-fan', 'api-tools', 'constructor', 'has-own-property']
    expect(ordinary.filter((name) => !Handle.safeParse(name).success || isReservedHandle(name))).toEqual([])
  })
})

describe('names', () => {
  test('may be of any script', () => {
    const good = ['Ada Lovelace', '李小龙', 'محمد', 'Zoë 👩‍🔬', "O'Brien <b>"]
    expect(good.map(nameProblem)).toEqual(good.map(() => null))
  })

  test('carry no control characters, half surrogates or marks that turn text around', () => {
    const bad = ['a\0b', 'a\nb', '\u001b[31m', '\ud800', 'abc\u202Etxt', '\u2066x']
    expect(bad.filter((name) => nameProblem(name) === null)).toEqual([])
  })
})

describe('login failures', () => {
  const timesMs = fc
    .array(fc.integer({ min: 0, max: 2 * loginLimit.windowMs }), { maxLength: 30 })
    .map((all) => all.sort((a, b) => a - b))

  test('stop further attempts exactly while ten of them lie within the window', () => {
    fc.assert(
      fc.property(
        timesMs,
        fc.integer({ min: 2 * loginLimit.windowMs, max: 4 * loginLimit.windowMs }),
        (failures, now) => {
          const isStopped = countedFailures(failures, now).length >= loginLimit.maxFailures
          expect(loginWaitSeconds(failures, now) > 0).toBe(isStopped)
        },
      ),
    )
  })

  test('are over after the wait that was told', () => {
    fc.assert(
      fc.property(
        timesMs,
        fc.integer({ min: 2 * loginLimit.windowMs, max: 3 * loginLimit.windowMs }),
        (failures, now) => {
          expect(loginWaitSeconds(failures, now + loginWaitSeconds(failures, now) * 1000)).toBe(0)
        },
      ),
    )
  })
})

describe('refresh tokens', () => {
  const createdAt = new Date('2026-01-01T00:00:00Z')
  const fresh = {
    createdAt,
    usedAt: null,
    sessionExpiresAt: new Date(createdAt.getTime() + sessionLifetimeMs),
    userStatus: 'active' as const,
  }
  const after = (ms: number) => new Date(createdAt.getTime() + ms)

  test('are good for thirty days, in a session that lives, for an active user', () => {
    expect(judgeRefreshToken(fresh, after(0))).toBe('good')
    expect(judgeRefreshToken(fresh, after(sessionLifetimeMs - 1))).toBe('good')
    expect(judgeRefreshToken(fresh, after(sessionLifetimeMs))).toBe('outdated')
    expect(judgeRefreshToken({ ...fresh, sessionExpiresAt: after(5) }, after(5))).toBe('outdated')
    expect(judgeRefreshToken({ ...fresh, userStatus: 'suspended' }, after(0))).toBe('outdated')
  })

  test('count as reused however late they come back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 * sessionLifetimeMs }),
        fc.constantFrom(...UserStatus.options),
        (ms, userStatus) => {
          expect(judgeRefreshToken({ ...fresh, usedAt: createdAt, userStatus }, after(ms))).toBe('reused')
        },
      ),
    )
  })
})

describe('the last administrator', () => {
  const change = fc.record({
    role: fc.option(fc.constantFrom(...Role.options), { nil: undefined }),
    status: fc.option(fc.constantFrom(...UserStatus.options), { nil: undefined }),
  })

  test('after every change that is allowed somebody still administers', () => {
    const admins = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 })
    fc.assert(
      fc.property(admins, fc.constantFrom('a', 'b', 'c', 'd'), change, (before, id, wanted) => {
        const staysAdmin = (wanted.role ?? 'admin') === 'admin' && (wanted.status ?? 'active') === 'active'
        const left = before.filter((admin) => admin !== id || staysAdmin)
        expect(wouldLoseLastAdmin(before, id, wanted)).toBe(left.length === 0)
      }),
    )
  })
})

describe('access', () => {
  const scopes = fc.uniqueArray(fc.constantFrom(...Scope.options), { minLength: 1 })

  test('a key never makes a key that may do more than itself', () => {
    fc.assert(
      fc.property(scopes, scopes, fc.constantFrom(...Role.options), (own, wanted, role) => {
        const lacks = lacksForKey({ userId: 'usr_a', role, scopes: own }, wanted)
        const isBeyond = !wanted.every((scope) => own.includes(scope))
        const isAdminOnly = wanted.includes('admin') && role !== 'admin'
        expect(lacks !== null).toBe(isBeyond || isAdminOnly)
        expect(lacks?.startsWith('scope ') ?? false).toBe(isBeyond)
      }),
    )
  })

  test('only administrators make keys that administer', () => {
    expect(lacksForKey({ userId: 'usr_a', role: 'user', scopes: 'all' }, ['admin'])).toBe('role admin')
    expect(lacksForKey({ userId: 'usr_a', role: 'admin', scopes: 'all' }, [...Scope.options])).toBeNull()
  })

  test('only the owner publishes in a name', () => {
    expect(mayPublishAs({ userId: 'usr_a' }, { ownerUserId: 'usr_a' })).toBe(true)
    expect(mayPublishAs({ userId: 'usr_a' }, { ownerUserId: 'usr_b' })).toBe(false)
    expect(mayPublishAs({ userId: 'usr_a' }, { ownerUserId: null })).toBe(false)
  })
})
