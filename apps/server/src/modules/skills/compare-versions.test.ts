import { VersionDiff } from '@guildhall/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive } from '../../../test/skill-archive.ts'

let world: TestServer
let owner: Person
let stranger: Person
beforeAll(async () => {
  world = await startTestServer()
  ;[owner, stranger] = [await world.register('owner'), await world.register('stranger')]
  const versions: [string, Record<string, string>][] = [
    ['1.2.0', { 'a.txt': 'one\ntwo\n', 'gone.txt': 'gone' }],
    ['1.10.0', { 'a.txt': 'one\ntwo and more\n', 'b/a.bin': '\u0000' }],
    ['2.0.0-rc.1', { 'a.txt': 'one\n' }],
  ]
  for (const [version, files] of versions)
    await world.publish(owner, await skillArchive({ name: 'changing', files }), { version })
  await world.publish(owner, await skillArchive({ name: 'hidden' }), { visibility: 'private' })
}, 120_000)
afterAll(() => world.close())

const get = (path: string, as?: Person) => world.call('GET', path, { as })
const diff = (version: string, from = '', as?: Person) =>
  get(`/skills/owner/changing/versions/${version}/diff${from === '' ? '' : `?from=${from}`}`, as)

test('200: a version against the one before it, by number and not by date', async () => {
  const answer = await diff('1.10.0')
  expect(answer.statusCode).toBe(200)
  const told = VersionDiff.parse(answer.json())
  expect(told).toMatchObject({ from: '1.2.0', to: '1.10.0', unchangedCount: 1 })
  expect(told.files.map(({ path, change, content }) => [path, change, content])).toEqual([
    ['a.txt', 'changed', 'text'],
    ['b/a.bin', 'added', 'binary'],
    ['gone.txt', 'removed', 'text'],
  ])
  expect(told.files[0]?.hunks).toEqual([
    {
      oldStart: 1,
      newStart: 1,
      lines: [
        { kind: 'same', text: 'one' },
        { kind: 'removed', text: 'two' },
        { kind: 'added', text: 'two and more' },
      ],
    },
  ])
})

test('200: any two versions, in either direction, also by tag', async () => {
  expect((await diff('2.0.0-rc.1')).json()).toMatchObject({ from: '1.10.0', to: '2.0.0-rc.1' })
  expect((await diff('1.2.0', '2.0.0-rc.1')).json()).toMatchObject({ from: '2.0.0-rc.1', to: '1.2.0' })
  expect((await diff('latest', '1.2.0')).json()).toMatchObject({ from: '1.2.0', to: '1.10.0' })
  expect((await diff('latest', 'latest')).json()).toMatchObject({ files: [], from: '1.10.0', to: '1.10.0' })
})

test('404: nothing before, no such version, no such skill, somebody else’s private skill', async () => {
  expect((await diff('1.2.0')).json()).toMatchObject({ status: 404, code: 'version.nothing-before' })
  expect((await diff('9.9.9')).json()).toMatchObject({ status: 404, code: 'version.not-found' })
  expect((await diff('1.10.0', '9.9.9')).json()).toMatchObject({ status: 404, code: 'version.not-found' })
  expect((await get('/skills/owner/none/versions/1.0.0/diff')).json()).toMatchObject({ code: 'skill.not-found' })
  const hidden = '/skills/owner/hidden/versions/1.0.0/diff?from=1.0.0'
  expect((await get(hidden, stranger)).json()).toMatchObject({ status: 404, code: 'skill.not-found' })
  expect((await get(hidden, owner)).statusCode).toBe(200)
})

test('404 for a version that nobody has released yet, but not for its publisher', async () => {
  const archive = await skillArchive({ name: 'changing', body: 'Not yet.' })
  const waiting = await world.settled(owner, (await world.submit(owner, archive, { version: '3.0.0' })).id)
  expect(waiting.status).toBe('in_review')
  expect((await diff('3.0.0', '', stranger)).json()).toMatchObject({ code: 'version.not-found' })
  expect((await diff('1.10.0', '3.0.0', stranger)).json()).toMatchObject({ code: 'version.not-found' })
  expect((await diff('3.0.0', '', owner)).json()).toMatchObject({ from: '2.0.0-rc.1', to: '3.0.0' })
})

test('410 for either side that is not given out any more, and it is never the one before', async () => {
  const json = { reason: 'It leaks.' }
  const withdrawn = await world.call('POST', '/skills/owner/changing/versions/1.2.0/withdraw', { as: owner, json })
  expect(withdrawn.statusCode).toBe(200)
  expect((await diff('1.2.0', '1.10.0')).json()).toMatchObject({ status: 410, code: 'version.unavailable' })
  expect((await diff('1.10.0', '1.2.0')).json()).toMatchObject({ status: 410, reason: 'It leaks.' })
  expect((await diff('1.10.0')).json()).toMatchObject({ code: 'version.nothing-before' })
})

test.each(['from=%00', 'from=not%20a%20version', `from=${'1'.repeat(500)}`])('400 for %s', async (query) => {
  const answer = await get(`/skills/owner/changing/versions/1.10.0/diff?${query}`)
  expect(answer.json()).toMatchObject({ status: 400, code: 'request.invalid' })
})
