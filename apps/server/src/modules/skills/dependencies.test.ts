import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packSkill } from '@guildhall/skill-format'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'

let world: TestServer
let owner: Person
let stranger: Person
beforeAll(async () => {
  world = await startTestServer({ config: { review: 'nobody' } })
  ;[owner, stranger] = [await world.register('owner'), await world.register('stranger')]
  await publish('base', '1.0.0')
  await publish('base', '1.4.0')
  await publish('base', '2.0.0')
  await publish('middle', '1.0.0', '@owner/base@^1.0.0')
  await publish('top', '1.0.0', '@owner/middle@* @owner/base@<1.9')
}, 120_000)
afterAll(() => world.close())

function archive(name: string, dependencies: string): Promise<Uint8Array> {
  const metadata = dependencies === '' ? '' : `metadata:\n  dependencies: "${dependencies}"\n`
  const text = `---\nname: ${name}\ndescription: Is a part\n${metadata}---\n# ${name}\n`
  return packSkill({ files: new Map([['SKILL.md', Buffer.from(text)]]), kind: 'instructions', name })
}

const publish = async (name: string, version: string, dependencies = '', query: Record<string, string> = {}) =>
  world.publish(owner, await archive(name, dependencies), { version, ...query })

/** The submission as it ended, which may be a refusal. */
const submit = async (name: string, dependencies: string, query: Record<string, string> = {}) =>
  world.settled(owner, (await world.submit(owner, await archive(name, dependencies), query)).id)

const needed = (skill: string, as?: Person) => world.call('GET', `/skills/owner/${skill}/dependencies`, { as })

test('200: every skill that is needed, at one version for all, behind what it needs itself', async () => {
  const answer = await needed('top/versions/1.0.0')
  expect(answer.statusCode).toBe(200)
  expect(answer.json().items).toEqual([
    {
      fullName: '@owner/base',
      version: '1.4.0',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      requiredBy: [
        { fullName: '@owner/middle', range: '^1.0.0' },
        { fullName: '@owner/top', range: '<1.9' },
      ],
    },
    {
      fullName: '@owner/middle',
      version: '1.0.0',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      requiredBy: [{ fullName: '@owner/top', range: '*' }],
    },
  ])
  expect((await needed('base/versions/latest')).json()).toEqual({ items: [] })
})

test('the version says what it needs, and so do rows that others can ask from the other side', async () => {
  const answer = await world.call('GET', '/skills/owner/top/versions/1.0.0')
  expect(answer.json()).toMatchObject({ dependencies: { '@owner/middle': '*', '@owner/base': '<1.9' } })
  const rows = await world.database.q.execute(
    sql`select d.range from dependencies d join versions v on v.id = d.version_id where depends_on = '@owner/base' order by 1`,
  )
  expect(rows.rows).toEqual([{ range: '<1.9' }, { range: '^1.0.0' }])
})

test('404 for what is not there, 409 with reason and path for what cannot be resolved any more', async () => {
  expect((await needed('none/versions/1.0.0')).json()).toMatchObject({ status: 404, code: 'skill.not-found' })
  expect((await needed('top/versions/9.0.0')).json()).toMatchObject({ status: 404, code: 'version.not-found' })
  await publish('short-lived', '1.0.0')
  await publish('left-alone', '1.0.0', '@owner/short-lived@^1')
  const json = { reason: 'It is broken.' }
  const yanked = await world.call('POST', '/skills/owner/short-lived/versions/1.0.0/yank', { as: owner, json })
  expect(yanked.statusCode).toBe(200)
  expect((await needed('left-alone/versions/1.0.0')).json()).toMatchObject({
    status: 409,
    code: 'dependencies.unresolvable',
    reason: 'no-version',
    why: 'No version of @owner/short-lived fits (@owner/left-alone wants ^1)',
    path: ['@owner/left-alone', '@owner/short-lived'],
  })
})

test('410 for the dependencies of what is not given out any more', async () => {
  await publish('taken-back', '1.0.0')
  const json = { reason: 'It leaks.' }
  await world.call('POST', '/skills/owner/taken-back/versions/1.0.0/withdraw', { as: owner, json })
  expect((await needed('taken-back/versions/1.0.0', stranger)).json()).toMatchObject({ code: 'version.unavailable' })
})

test('a private skill may need a private one, and who may not see it learns nothing', async () => {
  await publish('secret-base', '1.0.0', '', { visibility: 'private' })
  await publish('secret-top', '1.0.0', '@owner/secret-base@^1', { visibility: 'private' })
  expect((await needed('secret-top/versions/1.0.0', owner)).json()).toMatchObject({
    items: [{ fullName: '@owner/secret-base' }],
  })
  expect((await needed('secret-top/versions/1.0.0', stranger)).json()).toMatchObject({ code: 'skill.not-found' })
})

test('a private skill that needs a private one cannot become public', async () => {
  const change = (name: string, visibility: string) =>
    world.call('PATCH', `/skills/owner/${name}`, { as: owner, json: { visibility } })
  await publish('veiled-base', '1.0.0', '', { visibility: 'private' })
  await publish('veiled-top', '1.0.0', '@owner/veiled-base@^1', { visibility: 'private' })
  expect((await change('veiled-top', 'public')).json()).toMatchObject({
    status: 409,
    code: 'dependencies.unresolvable',
    reason: 'unknown-skill',
    path: ['@owner/veiled-top', '@owner/veiled-base'],
  })
  expect((await change('veiled-base', 'public')).statusCode).toBe(200)
  expect((await change('veiled-top', 'public')).statusCode).toBe(200)
})

test.each([
  ['a skill that is not there', '@owner/nowhere@^1', 'dependency.unknown-skill', /There is no skill @owner\/nowhere/],
  ['a range that nothing fits', '@owner/base@^9', 'dependency.no-version', /No version of @owner\/base fits/],
  ['ranges that exclude one another', '@owner/base@2.0.0 @owner/middle@*', 'dependency.conflict', /fits everybody/],
  ['itself', '@owner/faulty@*', 'dependency.itself', /depends on itself/],
  ['a skill of the publisher that only they can see', '@owner/hidden@*', 'dependency.private', /is private/],
])('a skill that needs %s is refused with a finding that says so', async (_, dependencies, rule, message) => {
  await world.publish(owner, await archive('hidden', ''), { visibility: 'private' }).catch(() => undefined)
  const refused = await submit('faulty', dependencies)
  expect(refused.status).toBe('rejected')
  expect(refused.findings).toMatchObject([{ rule, severity: 'error', file: 'SKILL.md' }])
  expect(refused.findings[0]?.message).toMatch(message)
  expect(refused.findings[0]?.remedy).not.toBe('')
})

test('a somebody else’s private skill is as unknown as one that is not there', async () => {
  await publish('known-to-owner', '1.0.0', '', { visibility: 'private' })
  const stolen = await world.submit(stranger, await archive('curious', '@owner/known-to-owner@*'), {})
  const refused = await world.settled(stranger, stolen.id)
  expect(refused.findings).toMatchObject([{ rule: 'dependency.unknown-skill' }])
  const own = await submit('of-its-own', '@owner/known-to-owner@*', { visibility: 'private' })
  expect(own.status).toBe('released')
})

test('a cycle is refused, with its path', async () => {
  await publish('first', '1.0.0')
  await publish('second', '1.0.0', '@owner/first@^1')
  const refused = await submit('first', '@owner/second@^1', { version: '1.1.0' })
  expect(refused.status).toBe('rejected')
  expect(refused.findings).toMatchObject([
    {
      rule: 'dependency.cycle',
      message: 'The dependencies form a cycle: @owner/first -> @owner/second -> @owner/first',
    },
  ])
})
