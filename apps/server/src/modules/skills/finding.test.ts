import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive } from '../../../test/skill-archive.ts'

let world: TestServer
let owner: Person
let stranger: Person
let admin: Person

const get = (path: string, as?: Person) => world.call('GET', path, { as })
const namesIn = (answer: { json(): { items: { name: string }[] } }) => answer.json().items.map(({ name }) => name)

beforeAll(async () => {
  world = await startTestServer()
  ;[owner, stranger, admin] = [await world.register('owner'), await world.register('stranger'), await world.admin()]
  await world.publish(owner, await skillArchive({ name: 'table-tidier', description: 'Tidies tables of numbers' }))
  const secret = await skillArchive({ name: 'zephyrax-plans', description: 'Tidies plans that nobody knows' })
  await world.publish(owner, secret, { visibility: 'private' })
})
afterAll(() => world.close())

describe('GET /skills/facets', () => {
  test('200: counts what a search finds', async () => {
    const answer = await get('/skills/facets?text=tidies')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      total: 1,
      isTotalExact: true,
      categories: [{ value: 'utility', count: 1 }],
      kinds: [{ value: 'instructions', count: 1 }],
      tags: [],
      publishers: [{ value: 'owner', count: 1 }],
    })
  })

  test('200: nothing for a text without words', async () => {
    expect((await get('/skills/facets?text=%25%25')).json()).toMatchObject({ total: 0, categories: [] })
  })

  test.each(['category=sweets', 'kind=x', 'publisher=@x', 'visibility=secret', `text=${'x'.repeat(201)}`, 'tag=%00'])(
    '400 for %s',
    async (query) => {
      expect((await get(`/skills/facets?${query}`)).json()).toMatchObject({ code: 'request.invalid', status: 400 })
    },
  )

  test.each(["text='%3B--&tag=%27%5C", 'text=%25%5C_%27%22&category=data', 'tag=%E2%80%AE', 'text=%ED%A0%80'])(
    '200 for the hostile %s',
    async (query) => {
      expect((await get(`/skills/facets?${query}`)).statusCode).toBe(200)
    },
  )
})

describe('GET /skills/suggestions', () => {
  test('200: skills, publishers and spellings', async () => {
    expect((await get('/skills/suggestions?text=tab')).json()).toEqual({
      items: [{ kind: 'skill', text: 'table-tidier', fullName: '@owner/table-tidier', displayName: 'table-tidier' }],
    })
    expect((await get('/skills/suggestions?text=own')).json().items).toContainEqual({
      kind: 'publisher',
      text: 'owner',
      fullName: null,
      displayName: 'owner',
    })
    expect((await get('/skills/suggestions?text=tabel')).json().items).toMatchObject([
      { kind: 'spelling', text: 'table' },
    ])
  })

  test.each(['', 'text=', 'text=%20', 'text=%00', `text=${'x'.repeat(101)}`, 'text=a&limit=0', 'text=a&limit=21'])(
    '400 for %s',
    async (query) => {
      expect((await get(`/skills/suggestions?${query}`)).json()).toMatchObject({ code: 'request.invalid', status: 400 })
    },
  )

  test.each(["text='", 'text=%5C', 'text=%25', 'text=%40%2F', 'text=%F0%9F%99%82', 'text=%ED%A0%80'])(
    '200 for the hostile %s',
    async (query) => {
      expect((await get(`/skills/suggestions?${query}`)).statusCode).toBe(200)
    },
  )
})

describe('a private skill', () => {
  const finders = ['/skills?text=zephyrax', '/skills?limit=100', '/skills?text=tidies&sort=newest']

  test('is found by its owner, in lists and searches, with others and alone', async () => {
    for (const path of finders) expect(namesIn(await get(path, owner))).toContain('zephyrax-plans')
    for (const path of ['/skills?visibility=private', '/skills?visibility=private&text=tidies']) {
      expect(namesIn(await get(path, owner))).toEqual(['zephyrax-plans'])
    }
    expect(namesIn(await get('/skills?visibility=public&text=tidies', owner))).toEqual(['table-tidier'])
    expect((await get('/skills/facets?text=tidies', owner)).json().total).toBe(2)
    expect((await get('/skills/suggestions?text=zeph', owner)).json().items).toMatchObject([
      { fullName: '@owner/zephyrax-plans' },
    ])
  })

  test('is found by nobody else, administrators included, and its words mend no search of theirs', async () => {
    for (const somebody of [undefined, stranger, admin]) {
      for (const path of finders) expect(namesIn(await get(path, somebody))).not.toContain('zephyrax-plans')
      expect(namesIn(await get('/skills?visibility=private', somebody))).toEqual([])
      expect((await get('/skills/facets?text=tidies', somebody)).json().total).toBe(1)
      for (const text of ['zeph', 'zephyrac', 'zephyraxx']) {
        expect((await get(`/skills/suggestions?text=${text}`, somebody)).json().items).toEqual([])
      }
    }
  })

  test('is not among the categories’ numbers', async () => {
    expect((await get('/categories', owner)).json().items).toContainEqual({ category: 'utility', count: 1 })
  })
})

test('uses that could not be counted are among the metrics', async () => {
  const answer = await world.server.app.inject({ url: '/metrics' })
  expect(answer.body).toContain('guildhall_skill_uses_dropped_total 0')
})
