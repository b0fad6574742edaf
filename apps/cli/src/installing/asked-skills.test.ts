import type { LockedSkill } from '@guildhall/skill-format'
import { expect, test } from 'vitest'
import { Failure } from '../failures.ts'
import { askedSkills } from './asked-skills.ts'

const locked = (name: string): LockedSkill => ({
  name,
  version: '1.0.0',
  digest: 'd'.repeat(64),
  keyIds: [],
  source: { kind: 'registry', url: 'http://localhost' },
  requested: null,
  direct: true,
  dependencies: {},
  installs: [],
})
const skills = ['@acme/pdf', '@acme/geocode', '@other/geocode', 'tidy'].map(locked)
const namesFor = (...names: string[]) => askedSkills(skills, names).map(({ name }) => name)

test('no name means all of them', () => {
  expect(namesFor()).toEqual(skills.map(({ name }) => name))
})

test('a skill is found by its full name, or by the part behind the publisher where only one has it', () => {
  expect(namesFor('pdf', '@acme/pdf', 'tidy', '@other/geocode')).toEqual(['@acme/pdf', 'tidy', '@other/geocode'])
})

test('a name that several have, or none has, is refused with what to do', () => {
  expect(() => namesFor('geocode')).toThrow(Failure)
  expect(() => namesFor('geocode')).toThrow('geocode could be @acme/geocode or @other/geocode')
  expect(() => namesFor('df')).toThrow('df is not installed here')
})
