import type { Role, VersionStatus } from '@guildhall/contracts'
import { describe, expect, test } from 'vitest'
import { maySeeSkill, maySeeVersion, mayTakeVersion, type ViewedSkill, type Viewer } from './access.ts'

const viewers: Record<string, Viewer | null> = {
  nobody: null,
  stranger: { userId: 'usr_stranger', role: 'user' },
  owner: { userId: 'usr_owner', role: 'user' },
  admin: { userId: 'usr_admin', role: 'admin' },
}
const everybody = Object.keys(viewers)
const whoMay = (may: (viewer: Viewer | null) => boolean) =>
  Object.entries(viewers).flatMap(([name, viewer]) => (may(viewer) ? [name] : []))

const ordinary: ViewedSkill = {
  status: 'active',
  visibility: 'public',
  wasReleased: true,
  publisherOwner: 'usr_owner',
}

test.each<[string, Partial<ViewedSkill>, string[]]>([
  ['public', {}, everybody],
  ['private', { visibility: 'private' }, ['owner', 'admin']],
  ['never released', { wasReleased: false }, ['owner', 'admin']],
  ['suspended', { status: 'suspended' }, ['owner', 'admin']],
  ['removed', { status: 'deleted' }, ['admin']],
  ['removed and private', { status: 'deleted', visibility: 'private' }, ['admin']],
])('a skill that is %s is seen by whom the table says', (_, change, allowed) => {
  expect(whoMay((viewer) => maySeeSkill(viewer, { ...ordinary, ...change }))).toEqual(allowed)
})

test.each<[VersionStatus, string[], string[]]>([
  ['released', everybody, everybody],
  ['yanked', everybody, everybody],
  ['withdrawn', everybody, ['owner', 'admin']],
  ['suspended', everybody, ['owner', 'admin']],
  ['pending', ['owner', 'admin'], ['owner', 'admin']],
  ['rejected', ['owner', 'admin'], ['owner', 'admin']],
])('a version that is %s is seen, and taken, by whom the table says', (status, seers, takers) => {
  const version = { status, publisherOwner: 'usr_owner' }
  expect(whoMay((viewer) => maySeeVersion(viewer, version))).toEqual(seers)
  expect(whoMay((viewer) => mayTakeVersion(viewer, version))).toEqual(takers)
})

describe('a publisher without an owner', () => {
  test.each<Role>(['user', 'developer', 'premium'])('is nobody’s: not for role %s', (role) => {
    const viewer = { userId: 'usr_owner', role }
    expect(maySeeVersion(viewer, { status: 'pending', publisherOwner: null })).toBe(false)
    expect(maySeeSkill(viewer, { ...ordinary, visibility: 'private', publisherOwner: null })).toBe(false)
    expect(maySeeSkill(null, { ...ordinary, visibility: 'private', publisherOwner: null })).toBe(false)
  })
})
