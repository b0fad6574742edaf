import { api } from '@guildhall/contracts'
import { expect, test } from 'vitest'
import { apiAreas } from './endpoint-facts.ts'

test('the reference has every endpoint with what goes in and comes out', () => {
  const areas = apiAreas()
  expect(areas.map(({ area, endpoints }) => [area, endpoints.length])).toEqual(
    Object.entries(api).map(([area, endpoints]) => [area, Object.keys(endpoints).length]),
  )
  const contents = areas.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ parts }) => parts.map(({ content }) => content)),
  )
  expect(contents.filter((content) => /undefined|null|\[object|^\{ +\}$/.test(content))).toEqual([])
})

test.each([
  ['drafts', 'create', ['Query { filename? }', 'Body the bytes of a file']],
  ['auth', 'login', ['Body { email, password, transport? }', 'Reply { user, tokens }']],
  ['auth', 'logout', []],
])('%s.%s', (area, name, parts) => {
  const endpoints = apiAreas().find((one) => one.area === area)?.endpoints
  const found = endpoints?.find((one) => one.name === name)?.parts.map((part) => `${part.name} ${part.content}`)
  expect(found?.slice(0, 2)).toEqual(parts)
})
