import { Role } from '@guildhall/contracts'
import { expect, test } from 'vitest'
import { changeWords } from './user-change.ts'

test('whoever suspends is told what does not come back', () => {
  expect(changeWords({ role: 'user' }, { status: 'suspended' }).consequence).toContain('revoked for good')
})

test('administration given and taken away is named as such, whatever the other role is', () => {
  for (const role of Role.options.filter((one) => one !== 'admin')) {
    expect(changeWords({ role }, { role: 'admin' }).label).toBe('Make administrator')
    expect(changeWords({ role: 'admin' }, { role }).label).toBe('Take administration away')
  }
  expect(changeWords({ role: 'user' }, { role: 'developer' }).label).toBe('Make developer')
})
