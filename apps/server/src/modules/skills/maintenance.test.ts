import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMaintenanceStage, type MaintenanceStage } from '../../../test/maintenance-stage.ts'
import type { Person } from '../../../test/server.ts'

let stage: MaintenanceStage
let owner: Person
let stranger: Person
let admin: Person
beforeAll(async () => {
  stage = await openMaintenanceStage()
  ;({ owner, stranger, admin } = stage)
})
afterAll(() => stage.world.close())

let made = 0
/** A skill of the owner with these versions; answers its path. */
async function skillWith(...versions: string[]): Promise<string> {
  made += 1
  const name = `skill-${made}`
  await stage.release(owner, name, versions)
  return `/skills/owner/${name}`
}

const reason = { reason: 'it has a flaw' }
const post = (path: string, as: Person | undefined, json: object = reason) => stage.send('POST', path, as, json)
const latestOf = async (path: string) => (await stage.get(path)).json().latestVersion
const codeOf = async (answer: ReturnType<typeof post>) => (await answer).json().code
const listed = async (path: string) =>
  (await stage.get(`/skills?publisher=owner&limit=100`))
    .json()
    .items.some((item: { name: string }) => path.endsWith(`/${item.name}`))
const audited = async (action: string) => {
  const found = await stage.world.database.q.execute(
    sql`select actor, facts from audit_log where action = ${action} order by seq`,
  )
  return found.rows
}

describe('yank', () => {
  test('200: the next highest release is the latest, who names the version still gets it, and it is written down', async () => {
    const skill = await skillWith('1.0.0', '1.1.0')
    const answer = await post(`${skill}/versions/1.1.0/yank`, owner)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ version: '1.1.0', status: 'yanked', statusReason: reason.reason, tags: [] })
    expect(await latestOf(skill)).toBe('1.0.0')
    expect((await stage.get(`${skill}/versions/1.1.0/download`)).statusCode).toBe(200)
    expect((await stage.get(`${skill}/versions/1.1.0`)).json()).toMatchObject({
      statusReason: reason.reason,
      readme: expect.stringContaining('1.1.0'),
    })
    expect((await stage.get(`${skill}/versions/latest`)).json()).toMatchObject({ version: '1.0.0', tags: ['latest'] })
    expect((await audited('version.yanked')).at(-1)).toMatchObject({ actor: owner.userId, facts: { from: 'released' } })
  })

  test('of the last release takes the skill out of the lists; its page says so, and a restore brings it back', async () => {
    const skill = await skillWith('1.0.0')
    expect(await listed(skill)).toBe(true)
    await post(`${skill}/versions/1.0.0/yank`, owner)
    expect(await listed(skill)).toBe(false)
    expect((await stage.get(skill, owner)).json()).toMatchObject({ availability: 'no-release', latestVersion: '1.0.0' })
    expect((await stage.get(`${skill}/tags`)).json()).toEqual({ items: [] })
    expect((await post(`${skill}/versions/1.0.0/restore`, owner)).json()).toMatchObject({
      status: 'released',
      statusReason: null,
      tags: ['latest'],
    })
    expect(await listed(skill)).toBe(true)
    expect((await stage.get(skill)).json()).toMatchObject({ availability: 'available' })
  })

  test('409 where it is yanked, and of two at once one wins', async () => {
    const skill = await skillWith('1.0.0')
    const answers = await Promise.all([1, 2, 3].map(() => post(`${skill}/versions/1.0.0/yank`, owner)))
    expect(answers.map((answer) => answer.statusCode).sort((a, b) => a - b)).toEqual([200, 409, 409])
    const refused = answers.find((answer) => answer.statusCode === 409)
    expect(refused?.json()).toMatchObject({ code: 'version.wrong-status', status: 409, state: 'yanked' })
  })
})

describe('withdraw', () => {
  test('200: strangers get neither bytes nor texts, but learn why; the owner and administrators still have them', async () => {
    const skill = await skillWith('1.0.0', '2.0.0')
    expect((await post(`${skill}/versions/2.0.0/withdraw`, owner)).json()).toMatchObject({ status: 'withdrawn' })
    for (const path of ['download', 'download?format=zip', 'file?path=SKILL.md']) {
      const answer = await stage.get(`${skill}/versions/2.0.0/${path}`, stranger)
      expect(answer.json()).toMatchObject({ code: 'version.unavailable', status: 410, reason: reason.reason })
      for (const who of [owner, admin])
        expect((await stage.get(`${skill}/versions/2.0.0/${path}`, who)).statusCode).toBe(200)
    }
    const details = (await stage.get(`${skill}/versions/2.0.0`)).json()
    expect(details).toMatchObject({
      status: 'withdrawn',
      statusReason: reason.reason,
      readme: '',
      files: [],
      provenance: null,
    })
    expect((await stage.get(`${skill}/versions/2.0.0`, owner)).json().files).toHaveLength(1)
    expect(await latestOf(skill)).toBe('1.0.0')
  })

  test('of the last release leaves strangers no page, and no words of it in any list', async () => {
    const skill = await skillWith('1.0.0')
    await post(`${skill}/versions/1.0.0/withdraw`, owner)
    expect(await codeOf(stage.get(skill))).toBe('skill.not-found')
    expect((await stage.get(skill, owner)).json()).toMatchObject({ availability: 'no-release' })
    expect((await stage.get(`${skill}/versions`)).json().items).toMatchObject([
      { version: '1.0.0', status: 'withdrawn' },
    ])
    expect(await listed(skill)).toBe(false)
  })
})

describe('suspend', () => {
  test('200: pulled from everybody, and only an administrator brings it back', async () => {
    const skill = await skillWith('1.0.0')
    expect((await post(`${skill}/versions/1.0.0/suspend`, admin)).json()).toMatchObject({ status: 'suspended' })
    expect(await codeOf(stage.get(`${skill}/versions/1.0.0/download`))).toBe('version.unavailable')
    expect(await codeOf(post(`${skill}/versions/1.0.0/restore`, owner))).toBe('auth.forbidden')
    expect(await codeOf(post(`${skill}/versions/1.0.0/yank`, owner))).toBe('version.wrong-status')
    expect((await post(`${skill}/versions/1.0.0/restore`, admin)).json()).toMatchObject({ status: 'released' })
  })

  test('what was withdrawn can be suspended, so that it stays away', async () => {
    const skill = await skillWith('1.0.0')
    await post(`${skill}/versions/1.0.0/withdraw`, owner)
    expect((await post(`${skill}/versions/1.0.0/suspend`, admin)).statusCode).toBe(200)
    expect(await codeOf(post(`${skill}/versions/1.0.0/restore`, owner))).toBe('auth.forbidden')
  })
})

describe('whoever is not the owner', () => {
  const doors: [string, 'POST' | 'PUT' | 'PATCH' | 'DELETE', string, object | undefined][] = [
    ['yank', 'POST', '/versions/1.0.0/yank', reason],
    ['withdraw', 'POST', '/versions/1.0.0/withdraw', reason],
    ['restore', 'POST', '/versions/1.0.0/restore', {}],
    ['deprecate', 'POST', '/deprecate', { message: 'old' }],
    ['set a tag', 'PUT', '/tags/beta', { version: '1.0.0' }],
    ['remove a tag', 'DELETE', '/tags/beta', undefined],
    ['rename', 'POST', '/rename', { name: 'mine-now' }],
    ['offer', 'POST', '/transfers', { to: 'stranger' }],
    ['change the visibility', 'PATCH', '', { visibility: 'private' }],
    ['remove', 'DELETE', '?reason=envy', undefined],
  ]
  let skill: string
  beforeAll(async () => {
    skill = await skillWith('1.0.0')
  })

  test.each(doors)(
    'cannot %s: 404 as for nothing there, 401 for nobody, 403 for a key that only reads',
    async (_, method, path, json) => {
      const others = await stage.send(method, skill + path, stranger, json)
      expect(others.json()).toMatchObject({ code: 'skill.not-found', status: 404 })
      const {
        instance: __,
        skill: ___,
        ...nothing
      } = (await stage.send(method, `/skills/owner/nothing${path}`, stranger, json)).json()
      expect(others.json()).toMatchObject(nothing)
      expect((await stage.send(method, skill + path, undefined, json)).statusCode).toBe(401)
      const made = await stage.send('POST', '/auth/keys', owner, { name: 'reader', scopes: ['read'] })
      const reader = { ...owner, token: made.json().secret }
      expect((await stage.send(method, skill + path, reader, json)).json()).toMatchObject({
        code: 'auth.forbidden',
        status: 403,
      })
      await stage.send('DELETE', `/auth/keys/${made.json().key.id}`, owner)
    },
  )

  test('cannot suspend: that is for administrators, who in turn do not act as owners', async () => {
    for (const who of [owner, stranger])
      expect((await post(`${skill}/versions/1.0.0/suspend`, who)).statusCode).toBe(403)
    for (const path of ['/versions/1.0.0/yank', '/versions/1.0.0/withdraw'])
      expect((await post(skill + path, admin)).json()).toMatchObject({
        code: 'auth.forbidden',
        needs: 'ownership of @owner',
      })
  })

  test('nothing of it happened', async () => {
    expect((await stage.get(skill)).json()).toMatchObject({
      latestVersion: '1.0.0',
      deprecation: null,
      visibility: 'public',
    })
  })
})

test.each([
  ['no reason', {}],
  ['an empty one', { reason: '  ' }],
  ['a reason of 1001 characters', { reason: 'x'.repeat(1001) }],
  ['a reason with NUL', { reason: 'a\0b' }],
])('400 for %s', async (_, json) => {
  const skill = await skillWith('1.0.0')
  const answer = await post(`${skill}/versions/1.0.0/yank`, owner, json)
  expect(answer.statusCode).toBe(400)
  expect(await latestOf(skill)).toBe('1.0.0')
})

test('404 for versions that are not there', async () => {
  const skill = await skillWith('1.0.0')
  for (const change of ['yank', 'withdraw', 'restore'])
    expect(await codeOf(post(`${skill}/versions/9.9.9/${change}`, owner))).toBe('version.not-found')
  expect(await codeOf(post(`${skill}/versions/9.9.9/suspend`, admin))).toBe('version.not-found')
  expect(await codeOf(stage.send('PUT', `${skill}/tags/beta`, owner, { version: '9.9.9' }))).toBe('version.not-found')
})

describe('deprecate', () => {
  const deprecate = (skill: string, json: object, as = owner) => stage.send('POST', `${skill}/deprecate`, as, json)

  test('200: the versions of the range, pre-releases too; the face follows, and null takes it back', async () => {
    const skill = await skillWith('1.0.0', '1.1.0-beta.1', '2.0.0')
    const some = (await deprecate(skill, { range: '<2', message: 'take 2' })).json()
    expect(some.versions.sort()).toEqual(['1.0.0', '1.1.0-beta.1'])
    expect((await stage.get(skill)).json().deprecation).toBeNull()
    await deprecate(skill, { message: 'take another skill' })
    expect((await stage.get(skill)).json().deprecation).toBe('take another skill')
    expect((await stage.get(`${skill}/versions/1.0.0`)).json().deprecation).toBe('take another skill')
    await deprecate(skill, { range: '*', message: null })
    await deprecate(skill, { range: '*', message: null })
    expect((await stage.get(skill)).json().deprecation).toBeNull()
  })

  test('404 for a range without versions, 400 for texts that are none', async () => {
    const skill = await skillWith('1.0.0')
    expect(await codeOf(deprecate(skill, { range: '^7', message: 'x' }))).toBe('version.not-found')
    expect(await codeOf(deprecate(skill, { range: 'not a range', message: 'x' }))).toBe('version.not-found')
    for (const json of [{ message: '' }, { message: 'x'.repeat(501) }, {}, { range: '', message: 'x' }])
      expect((await deprecate(skill, json)).statusCode).toBe(400)
    const endless = Array.from({ length: 700 }, () => '>=0 <1 || *').join(' || ')
    expect((await deprecate(skill, { range: endless, message: 'x' })).statusCode).toBe(400)
  })
})

describe('versions', () => {
  test('are listed highest first, whenever they were released, page by page', async () => {
    const skill = await skillWith('1.10.0', '1.2.0', '2.0.0-rc.1', '1.9.0', '2.0.0-rc.10', '2.0.0-rc.2')
    const order = ['2.0.0-rc.10', '2.0.0-rc.2', '2.0.0-rc.1', '1.10.0', '1.9.0', '1.2.0']
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: { items: { version: string; createdAt: string }[]; nextCursor: string | null } = (
        await stage.get(`${skill}/versions?limit=2${next === '' ? '' : `&cursor=${next}`}`)
      ).json()
      seen.push(...page.items.map((item: { version: string }) => item.version))
      next = page.nextCursor
    }
    expect(seen).toEqual(order)
    expect(await latestOf(skill)).toBe('1.10.0')
  })
})

describe('tags', () => {
  const put = (skill: string, tag: string, version: string) =>
    stage.send('PUT', `${skill}/tags/${tag}`, owner, { version })

  test('200 and 204: a tag names a version wherever a number could stand, until it is removed', async () => {
    const skill = await skillWith('1.0.0', '2.0.0-beta.1')
    expect((await put(skill, 'beta', '2.0.0-beta.1')).json()).toEqual({ tag: 'beta', version: '2.0.0-beta.1' })
    expect((await stage.get(`${skill}/versions/beta`)).json()).toMatchObject({
      version: '2.0.0-beta.1',
      tags: ['beta'],
    })
    expect((await stage.get(`${skill}/versions/beta/download`)).headers['cache-control']).not.toContain('immutable')
    expect((await stage.get(`${skill}/versions/beta/file?path=SKILL.md`)).body).toContain('beta.1')
    expect((await stage.get(`${skill}/tags`)).json().items).toEqual([
      { tag: 'latest', version: '1.0.0' },
      { tag: 'beta', version: '2.0.0-beta.1' },
    ])
    expect((await stage.send('DELETE', `${skill}/tags/beta`, owner)).statusCode).toBe(204)
    expect(await codeOf(stage.send('DELETE', `${skill}/tags/beta`, owner))).toBe('tag.not-found')
    expect(await codeOf(stage.get(`${skill}/versions/beta`))).toBe('version.not-found')
  })

  test('a tag leaves a version that is released no more, and a version that is none gets no tag', async () => {
    const skill = await skillWith('1.0.0', '1.1.0')
    await put(skill, 'stable', '1.0.0')
    await post(`${skill}/versions/1.0.0/yank`, owner)
    expect((await stage.get(`${skill}/tags`)).json().items).toEqual([{ tag: 'latest', version: '1.1.0' }])
    expect(await codeOf(put(skill, 'stable', '1.0.0'))).toBe('version.wrong-status')
  })

  test('latest set by hand stays until it is set to the highest, or its version goes', async () => {
    const skill = await skillWith('1.0.0', '2.0.0')
    const name = skill.split('/').at(-1) ?? ''
    await put(skill, 'latest', '1.0.0')
    expect((await stage.get(skill)).json()).toMatchObject({
      latestVersion: '1.0.0',
      readme: expect.stringContaining('1.0.0'),
    })
    await stage.release(owner, name, ['3.0.0'])
    expect(await latestOf(skill)).toBe('1.0.0')
    await put(skill, 'latest', '3.0.0')
    await stage.release(owner, name, ['4.0.0'])
    expect(await latestOf(skill)).toBe('4.0.0')
    await put(skill, 'latest', '1.0.0')
    await post(`${skill}/versions/1.0.0/yank`, owner)
    expect(await latestOf(skill)).toBe('4.0.0')
    await post(`${skill}/versions/1.0.0/restore`, owner)
    expect(await latestOf(skill)).toBe('4.0.0')
  })

  test('409 for a tag that reads as a range, and for the end of latest', async () => {
    const skill = await skillWith('1.0.0')
    expect(await codeOf(put(skill, 'x', '1.0.0'))).toBe('tag.reserved')
    expect((await put(skill, 'x-ray', '1.0.0')).statusCode).toBe(200)
    expect(await codeOf(stage.send('DELETE', `${skill}/tags/latest`, owner))).toBe('tag.reserved')
  })

  test.each(['1.0.0', 'v1', 'v1-2', '1', 'A', 'a--b', '%00', 'a'.repeat(33)])('400 for the tag %s', async (tag) => {
    const skill = await skillWith('1.0.0')
    expect((await put(skill, tag, '1.0.0')).statusCode).toBe(400)
  })

  test('a skill has at most a hundred', async () => {
    const skill = await skillWith('1.0.0')
    const { rows } = await stage.world.database.q.execute<{ id: string; version: string }>(
      sql`select id, latest_version_id as version from skills where name = ${skill.split('/').at(-1)}`,
    )
    await stage.world.database.q.execute(
      sql`insert into tags (skill_id, tag, version_id, updated_at) select ${rows[0]?.id}, 't' || n, ${rows[0]?.version}, now() from generate_series(1, 100) n`,
    )
    expect((await put(skill, 'one-more', '1.0.0')).json()).toMatchObject({
      code: 'tag.reserved',
      why: expect.stringContaining('100'),
    })
    expect((await put(skill, 't7', '1.0.0')).statusCode).toBe(200)
    expect((await put(skill, 'latest', '1.0.0')).statusCode).toBe(200)
  })
})

describe('installing', () => {
  const permissions = {
    fileSystem: { read: [], write: [] },
    network: { hosts: [] },
    clipboard: false,
    ai: false,
    storage: false,
    tools: [],
    skills: [],
    secrets: [],
    system: [],
  }
  const install = (skill: string, version?: string) => {
    const fullName = `@${skill.split('/').slice(2).join('/')}`
    const json = { skill: fullName, granted: permissions, ...(version === undefined ? {} : { version }) }
    return stage.send('POST', '/installations', stranger, json)
  }
  const chosen = async (skill: string, version?: string) => {
    const answer = (await install(skill, version)).json()
    if (answer.id !== undefined) await stage.send('DELETE', `/installations/${answer.id}`, stranger)
    return answer.code ?? answer.version
  }

  test('takes a number, a tag or the highest release of a range; yanked ones by their number only', async () => {
    const skill = await skillWith('1.0.0', '1.1.0', '1.2.0', '2.0.0', '3.0.0-beta.1')
    await stage.send('PUT', `${skill}/tags/beta`, owner, { version: '3.0.0-beta.1' })
    await post(`${skill}/versions/1.2.0/yank`, owner)
    await post(`${skill}/versions/1.0.0/withdraw`, owner)
    expect(await chosen(skill)).toBe('2.0.0')
    expect(await chosen(skill, 'beta')).toBe('3.0.0-beta.1')
    expect(await chosen(skill, '^1')).toBe('1.1.0')
    expect(await chosen(skill, '*')).toBe('2.0.0')
    expect(await chosen(skill, '>=1 <2 || 3')).toBe('1.1.0')
    expect(await chosen(skill, '1.2.0')).toBe('1.2.0')
    expect(await chosen(skill, '1.0.0')).toBe('version.unavailable')
    for (const nothing of ['^7', 'gamma', '9.9.9', 'not a version'])
      expect(await chosen(skill, nothing)).toBe('version.not-found')
    expect((await install(skill, 'x'.repeat(10_000))).statusCode).toBe(400)
  })

  test('keeps the entry of a version that is gone, and says nothing of what came after', async () => {
    const skill = await skillWith('1.0.0')
    const { id } = (await install(skill)).json()
    await post(`${skill}/versions/1.0.0/withdraw`, owner)
    const entry = (await stage.get(`/installations/${id}`, stranger)).json()
    expect(entry).toMatchObject({ version: '1.0.0', updateAvailable: false, skill: { latestVersion: '1.0.0' } })
  })
})

describe('removing a skill', () => {
  test('204: nobody but administrators sees it, its versions are withdrawn, and its name is never free again', async () => {
    const skill = await skillWith('1.0.0', '2.0.0')
    const name = skill.split('/').at(-1) ?? ''
    await stage.send('PUT', `${skill}/tags/beta`, owner, { version: '1.0.0' })
    await post(`${skill}/transfers`, owner, { to: 'stranger' })
    expect((await stage.send('DELETE', `${skill}?reason=it%20was%20a%20mistake`, owner)).statusCode).toBe(204)
    for (const who of [undefined, stranger, owner])
      for (const path of ['', '/versions', '/versions/1.0.0', '/versions/1.0.0/download', '/tags'])
        expect(await codeOf(stage.get(skill + path, who))).toBe('skill.not-found')
    expect((await stage.get(skill, admin)).json()).toMatchObject({ availability: 'removed' })
    expect((await stage.get(`${skill}/versions`, admin)).json().items).toMatchObject([
      { status: 'withdrawn', statusReason: 'it was a mistake', tags: [] },
      { status: 'withdrawn' },
    ])
    expect(await listed(skill)).toBe(false)
    expect((await stage.get('/transfers?status=pending', stranger)).json().items).not.toContainEqual(
      expect.objectContaining({ name }),
    )
    expect(await codeOf(stage.send('DELETE', `${skill}?reason=again`, owner))).toBe('skill.not-found')
    expect(await codeOf(post(`${skill}/versions/1.0.0/restore`, admin, {}))).toBe('version.wrong-status')
    await expect(stage.release(owner, name, ['3.0.0'])).rejects.toThrow('name.removed')
    const other = await skillWith('1.0.0')
    expect(await codeOf(post(`${other}/rename`, owner, { name }))).toBe('skill.name-taken')
  })

  test('400 without a reason', async () => {
    const skill = await skillWith('1.0.0')
    expect((await stage.send('DELETE', skill, owner)).statusCode).toBe(400)
    expect((await stage.send('DELETE', `${skill}?reason=${'x'.repeat(1001)}`, owner)).statusCode).toBe(400)
  })
})

test('nothing but a release brings a skill to the front of the newest', async () => {
  const [first, second] = [await skillWith('1.0.0', '1.1.0'), await skillWith('1.0.0')]
  const updated = async () =>
    (await stage.get('/skills?sort=updated&publisher=owner&limit=2'))
      .json()
      .items.map((item: { name: string }) => item.name)
  const names = [second, first].map((path) => path.split('/').at(-1))
  expect(await updated()).toEqual(names)
  await post(`${first}/versions/1.1.0/yank`, owner)
  await post(`${first}/versions/1.1.0/restore`, owner)
  await stage.send('PUT', `${first}/tags/latest`, owner, { version: '1.0.0' })
  await stage.send('POST', `${first}/deprecate`, owner, { message: 'old' })
  expect(await updated()).toEqual(names)
})
