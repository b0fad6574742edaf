import { contentDigest } from '@guildhall/skill-format'
import type { Stage, StageState } from '@guildhall/contracts'
import * as fc from 'fast-check'
import { compare, prerelease } from 'semver'
import { describe, expect, test } from 'vitest'
import { maySeeSubmission } from './access.ts'
import {
  chooseNumber,
  initialStages,
  isNewToStrangers,
  needsReview,
  releasedBefore,
  reviewReason,
  type NumberRequest,
  withStage,
} from './rules.ts'

const fullName = '@acme/tool'
const files = new Map([['SKILL.md', Buffer.from('some text')]])
const other = 'f'.repeat(64)
const digestAs = (version: string): string => contentDigest({ fullName, version, files })
const choose = (more: Partial<NumberRequest>) =>
  chooseNumber({ fullName, files, requested: null, declared: null, taken: [], ...more })
const takenAs = (...versions: string[]) => versions.map((semver) => ({ semver, digest: other }))

const version = fc
  .tuple(fc.nat(30), fc.nat(30), fc.nat(30), fc.option(fc.constantFrom('alpha', 'rc.1'), { nil: null }))
  .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre === null ? '' : `-${pre}`}`)

describe('the number of a new version', () => {
  test('is 1.0.0 where nobody asks for one and there is none', () => {
    expect(choose({})).toEqual({ kind: 'number', version: '1.0.0', digest: digestAs('1.0.0') })
  })

  test('is as asked, else as the package says, else the next patch', () => {
    const taken = takenAs('1.2.3', '1.10.0')
    expect(choose({ requested: '3.0.0', declared: '2.0.0', taken })).toMatchObject({ version: '3.0.0' })
    expect(choose({ declared: '2.0.0', taken })).toMatchObject({ version: '2.0.0' })
    expect(choose({ taken })).toMatchObject({ version: '1.10.1' })
    expect(choose({ taken: takenAs('2.0.0-rc.1') })).toMatchObject({ version: '2.0.0' })
  })

  test('is never one that is taken, and above all others where nobody asked', () => {
    fc.assert(
      fc.property(fc.uniqueArray(version), fc.option(version, { nil: null }), (versions, requested) => {
        const choice = choose({ requested, taken: takenAs(...versions) })
        const isTaken = requested !== null && versions.includes(requested)
        const given = choice.kind === 'number' ? choice.version : null
        expect(given === null).toBe(isTaken)
        expect(choice.kind === 'refused' ? choice.finding.rule : 'version.exists').toBe('version.exists')
        if (given === null) return
        expect(choice).toMatchObject({ digest: digestAs(given) })
        expect(given).toBe(requested ?? given)
        const isAbove = prerelease(given) === null && versions.every((one) => compare(given, one) > 0)
        expect(isAbove || requested !== null).toBe(true)
      }),
    )
  })

  test('is refused where the newest version has exactly this content', () => {
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 1 }), (versions) => {
        const newest = versions.toSorted(compare).at(-1) ?? ''
        const taken = versions.map((semver) => ({ semver, digest: semver === newest ? digestAs(semver) : other }))
        for (const requested of [null, newest]) {
          expect(choose({ requested, taken })).toMatchObject({ finding: { rule: 'version.unchanged' } })
        }
      }),
    )
  })

  test('goes on where an older version had this content, because going back is a change', () => {
    const taken = [
      { semver: '1.0.0', digest: digestAs('1.0.0') },
      { semver: '1.1.0', digest: other },
    ]
    expect(choose({ taken })).toMatchObject({ version: '1.1.1' })
  })

  test('that no program can compare is refused', () => {
    for (const requested of ['99999999999999999999.0.0', '1.0.9007199254740992']) {
      expect(choose({ requested, taken: takenAs('1.0.0') })).toMatchObject({ finding: { rule: 'version.invalid' } })
    }
  })

  test('is asked for where no patch is left', () => {
    const taken = takenAs('1.0.9007199254740991')
    expect(choose({ taken })).toMatchObject({ finding: { rule: 'version.exhausted' } })
    expect(choose({ requested: '1.0.9007199254740991', taken })).toMatchObject({ finding: { rule: 'version.exists' } })
    expect(choose({ requested: '1.1.0', taken })).toMatchObject({ version: '1.1.0' })
  })

  test('a refusal says what to do', () => {
    const choice = choose({ requested: '1.0.0', taken: takenAs('1.0.0', '2.4.0') })
    expect(choice).toMatchObject({ finding: { message: '@acme/tool 1.0.0 exists with other content' } })
    expect(choice).toMatchObject({ finding: { remedy: expect.stringContaining('2.4.1') } })
  })
})

describe('the stages', () => {
  const stages: Stage[] = ['validate', 'scan', 'evaluate', 'review', 'sign', 'release']
  const states: StageState[] = ['pending', 'running', 'passed', 'failed', 'waiting', 'not_configured', 'not_needed']
  const moves = fc.array(fc.record({ stage: fc.constantFrom(...stages), state: fc.constantFrom(...states) }))
  const run = (list: { stage: Stage; state: StageState }[]) =>
    list.reduce((all, moved, i) => withStage(all, { ...moved, now: new Date(i) }), initialStages())

  test('are always the same six in the same order', () => {
    fc.assert(
      fc.property(moves, (list) => {
        expect(run(list).map((stage) => stage.stage)).toEqual(stages)
      }),
    )
  })

  test('each shows its last move; it has begun at its first and ended only at an end', () => {
    fc.assert(
      fc.property(moves, (list) => {
        for (const stage of run(list)) {
          const own = list.map((one, i) => ({ ...one, at: new Date(i).toISOString() }))
          const mine = own.filter((one) => one.stage === stage.stage)
          expect(stage.state).toBe(mine.at(-1)?.state ?? 'pending')
          expect(stage.startedAt).toBe(mine[0]?.at ?? null)
          const isEnd = ['passed', 'failed', 'not_configured', 'not_needed'].includes(stage.state)
          expect(stage.finishedAt).toBe(isEnd ? mine.at(-1)?.at : null)
        }
      }),
    )
  })

  test('moving one leaves the given list alone', () => {
    const before = initialStages()
    withStage(before, { stage: 'scan', state: 'passed', now: new Date(0) })
    expect(before).toEqual(initialStages())
  })
})

test.each([
  ['everyone', true, true],
  ['everyone', false, true],
  ['unverified', true, false],
  ['unverified', false, true],
  ['nobody', true, false],
  ['nobody', false, false],
] as const)('with the policy %s and a publisher verified: %s, a review is needed: %s', (policy, verified, expected) => {
  expect(needsReview(policy, { verified })).toBe(expected)
})

test('whoever waits for a review is told which rule of the server asks for it', () => {
  expect(reviewReason('unverified', { verified: false })).toBe('its publisher is not verified')
  expect(reviewReason('everyone', { verified: true })).toBe('this server asks for that before every public release')
})

test.each([
  ['usr_author', 'user', true],
  ['usr_owner', 'user', true],
  ['usr_stranger', 'user', false],
  ['usr_stranger', 'developer', false],
  ['usr_stranger', 'admin', true],
])('%s with role %s may see the submission: %s', (userId, role, expected) => {
  const submission = { createdBy: 'usr_author', publisherOwner: 'usr_owner' }
  expect(maySeeSubmission({ userId, role }, submission)).toBe(expected)
})

test('the version to compare with is the highest lower one that is given out', () => {
  const taken = (
    [
      ['1.9.0', 'released'],
      ['1.10.0', 'yanked'],
      ['1.11.0', 'withdrawn'],
      ['1.12.0', 'pending'],
      ['2.0.0', 'released'],
    ] as const
  ).map(([semver, status]) => ({ semver, status }))
  expect(releasedBefore(taken, '2.0.0')?.semver).toBe('1.10.0')
  expect(releasedBefore(taken, '2.0.0-rc.1')?.semver).toBe('1.10.0')
  expect(releasedBefore(taken, '1.10.0')?.semver).toBe('1.9.0')
  expect(releasedBefore(taken, '1.9.0')).toBeNull()
})

test.each([
  ['public', [], true],
  ['public', ['pending'], true],
  ['public', ['pending', 'released'], false],
  ['public', ['withdrawn'], false],
  ['private', ['released'], true],
] as const)('a %s skill with versions that are %j is new to strangers: %s', (visibility, statuses, expected) => {
  expect(
    isNewToStrangers(
      visibility,
      statuses.map((status) => ({ status })),
    ),
  ).toBe(expected)
})
