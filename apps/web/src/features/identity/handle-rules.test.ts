import { Handle } from '@guildhall/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { handleFrom, handleRules } from './handle-rules.ts'

test('all rules are met exactly when the contract accepts the handle', () => {
  const handle = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9-]{0,42}$/))
  fc.assert(
    fc.property(handle, (text) => {
      expect(handleRules(text).every(({ isMet }) => isMet)).toBe(Handle.safeParse(text).success)
    }),
  )
})

test('a handle made from a name is valid or empty', () => {
  expect(handleFrom('Ada Lovelace')).toBe('ada-lovelace')
  expect(handleFrom('Émile Zola')).toBe('emile-zola')
  expect(handleFrom('静')).toBe('')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const handle = handleFrom(name)
      expect(handle === '' || Handle.safeParse(handle).success).toBe(true)
    }),
  )
})
