import type { Role, VersionStatus } from '@guildhall/contracts'
import { describe, expect, test } from 'vitest'
import { maySeeVersion, type Viewer } from './access.ts'

const viewers: Record<string, Viewer | null> = {
  nobody: null,
  stranger: { userId: 'usr_stranger', role: 'user' },
  owner: { userId: 'usr_owner', role: 'user' },
  admin: { userId: 'usr_admin', role: 'admin' },
}
const everybody = Object.keys(viewers)

describe.each<[VersionStatus, string[]]>([
  ['released', everybody],
  ['yanked', everybody],
  ['pending', ['owner', 'admin']],
  ['rejected', ['owner', 'admin']],
  ['suspended', ['owner', 'admin']],
])('a version that is %s', (status, allowed) => {
  test.each(Object.entries(viewers))('is seen by %s as the table says', (name, viewer) => {
    expect(maySeeVersion(viewer, { status, publisherOwner: 'usr_owner' })).toBe(allowed.includes(name))
  })
})

test.each<Role>(['user', 'developer', 'premium'])(
  'a publisher without an owner is nobody’s: not for role %s',
  (role) => {
    expect(maySeeVersion({ userId: 'usr_owner', role }, { status: 'pending', publisherOwner: null })).toBe(false)
  },
)
