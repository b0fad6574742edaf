import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEnvelope, unpackArchive, verifyPackage, verifyRenames } from '@guildhall/skill-format'
import { type MaintenanceStage, openMaintenanceStage } from '../../../test/maintenance-stage.ts'
import type { Person } from '../../../test/server.ts'
import { skillArchive } from '../../../test/skill-archive.ts'

let stage: MaintenanceStage
let owner: Person
let stranger: Person
beforeAll(async () => {
  stage = await openMaintenanceStage()
  ;({ owner, stranger } = stage)
})
afterAll(() => stage.world.close())

const rename = (path: string, name: string, as = owner) => stage.send('POST', `/skills/${path}/rename`, as, { name })
const offer = (path: string, to: string, as = owner) => stage.send('POST', `/skills/${path}/transfers`, as, { to })
const decide = (id: string, how: 'accept' | 'decline' | 'cancel', as: Person) =>
  stage.send('POST', `/transfers/${id}/${how}`, as)
const fullNameAt = async (path: string) => {
  const { publisher, name, code } = (await stage.get(`/skills/${path}`)).json()
  return code ?? `${publisher}/${name}`
}
const codeOf = async (answer: ReturnType<typeof offer>) => (await answer).json().code

/** Whether what the server gives out under an address verifies with nothing but the server's keys. */
async function verifiesAt(path: string, version: string): Promise<boolean> {
  const details = (await stage.get(`/skills/${path}/versions/${version}`)).json()
  const archive = (await stage.get(`/skills/${path}/versions/${version}/download`)).rawPayload
  const files = await unpackArchive(archive)
  const { items: trustedKeys } = (await stage.get('/trust/keys')).json()
  const { signedAs, fullName, renames } = details
  const verdict = verifyPackage({ files, envelope: readEnvelope(files), fullName: signedAs, version, trustedKeys })
  return verdict.status === 'ok' && verifyRenames({ from: signedAs, to: fullName, renames }, trustedKeys)
}

describe('rename', () => {
  test('200: the old address answers everywhere, and what was signed under it verifies', async () => {
    await stage.release(owner, 'first', ['1.0.0'])
    const answer = await rename('owner/first', 'second')
    expect(answer.json()).toMatchObject({ publisher: 'owner', name: 'second', latestVersion: '1.0.0' })
    for (const path of ['owner/first', 'owner/second']) {
      expect(await fullNameAt(path)).toBe('owner/second')
      expect((await stage.get(`/skills/${path}/versions`)).json().items).toHaveLength(1)
      expect((await stage.get(`/skills/${path}/tags`)).json().items).toHaveLength(1)
      expect((await stage.get(`/skills/${path}/versions/latest/file?path=SKILL.md`)).statusCode).toBe(200)
      expect(await verifiesAt(path, '1.0.0')).toBe(true)
      expect((await stage.get(`/skills/${path}/versions/1.0.0`)).json()).toMatchObject({
        signedAs: '@owner/first',
        fullName: '@owner/second',
        renames: [{ from: '@owner/first', to: '@owner/second' }],
      })
    }
    expect((await stage.get('/skills?text=second')).json().items).toMatchObject([{ name: 'second' }])
  })

  test('versions under the new name are signed as that; publishing under the old one says what to do', async () => {
    await stage.release(owner, 'third', ['1.0.0'])
    await rename('owner/third', 'fourth')
    await stage.release(owner, 'fourth', ['2.0.0'])
    const details = (await stage.get('/skills/owner/third/versions/2.0.0')).json()
    expect(details).toMatchObject({ signedAs: '@owner/fourth', renames: [] })
    expect(await verifiesAt('owner/third', '1.0.0')).toBe(true)
    const submission = await stage.world.submit(owner, await skillArchive({ name: 'third', body: 'More.' }))
    const settled = await stage.world.settled(owner, submission.id)
    expect(settled).toMatchObject({ status: 'rejected' })
    expect(settled.findings).toContainEqual(
      expect.objectContaining({ rule: 'name.renamed', message: '@owner/third was renamed to @owner/fourth' }),
    )
  })

  test('chains lead to the end, and a way back to an own name is no circle', async () => {
    await stage.release(owner, 'alpha', ['1.0.0'])
    await rename('owner/alpha', 'beta')
    await stage.release(owner, 'beta', ['2.0.0'])
    await rename('owner/alpha', 'gamma')
    expect(await verifiesAt('owner/alpha', '1.0.0')).toBe(true)
    await rename('owner/gamma', 'alpha')
    for (const path of ['owner/alpha', 'owner/beta', 'owner/gamma']) {
      expect(await fullNameAt(path)).toBe('owner/alpha')
      for (const version of ['1.0.0', '2.0.0']) expect(await verifiesAt(path, version)).toBe(true)
    }
    expect((await stage.get('/skills/owner/alpha/versions/1.0.0')).json().renames).toEqual([])
    await rename('owner/alpha', 'beta')
    for (const path of ['owner/alpha', 'owner/beta', 'owner/gamma']) {
      expect(await fullNameAt(path)).toBe('owner/beta')
      for (const version of ['1.0.0', '2.0.0']) expect(await verifiesAt(path, version)).toBe(true)
    }
  })

  test('to its own name: nothing happens', async () => {
    await stage.release(owner, 'same', ['1.0.0'])
    expect((await rename('owner/same', 'same')).statusCode).toBe(200)
    expect((await stage.get('/skills/owner/same/versions/1.0.0')).json().renames).toEqual([])
  })

  test('409 for a name that another skill has or had; 400 for one that cannot be', async () => {
    await stage.release(owner, 'taker', ['1.0.0'])
    await stage.release(owner, 'giver', ['1.0.0'])
    await rename('owner/giver', 'given')
    for (const name of ['giver', 'given']) expect(await codeOf(rename('owner/taker', name))).toBe('skill.name-taken')
    for (const name of ['Upper', 'a--b', '', 'a'.repeat(65), '../x'])
      expect((await rename('owner/taker', name)).statusCode).toBe(400)
    expect(await fullNameAt('owner/taker')).toBe('owner/taker')
  })

  test('409 for a public skill that would get a reserved name; a private one may, and cannot become public with it', async () => {
    await stage.release(owner, 'honest', ['1.0.0'])
    expect((await rename('owner/honest', 'c1aude')).json()).toMatchObject({
      code: 'skill.review-required',
      why: expect.stringContaining('reserved'),
    })
    const show = (visibility: string) => stage.send('PATCH', '/skills/owner/honest', owner, { visibility })
    await show('private')
    expect((await rename('owner/honest', 'c1aude')).statusCode).toBe(200)
    expect((await show('public')).json().code).toBe('skill.review-required')
    expect(await fullNameAt('owner/honest')).toBe('skill.not-found')
  })

  test('of two skills that want one name at once, one gets it', async () => {
    await stage.release(owner, 'left', ['1.0.0'])
    await stage.release(owner, 'right', ['1.0.0'])
    const answers = await Promise.all(['left', 'right'].map((name) => rename(`owner/${name}`, 'middle')))
    expect(answers.map((answer) => answer.statusCode).sort((a, b) => a - b)).toEqual([200, 409])
    const names = await Promise.all(['left', 'right', 'middle'].map((name) => fullNameAt(`owner/${name}`)))
    expect(new Set(names).size).toBe(2)
  })

  test('renamed and published at once, no skill stands under a name that leads to another', async () => {
    for (const n of [1, 2, 3, 4]) {
      const name = `racer-${n}`
      await stage.release(owner, name, ['1.0.0'])
      const archive = await skillArchive({ name, body: `Round ${n}.` })
      const [answer, submission] = await Promise.all([
        rename(`owner/${name}`, `${name}-on`),
        stage.world.submit(owner, archive, { version: '2.0.0' }),
      ])
      expect(answer.statusCode).toBe(200)
      const { status } = await stage.world.settled(owner, submission.id)
      expect(await fullNameAt(`owner/${name}`)).toBe(`owner/${name}-on`)
      const { items } = (await stage.get(`/skills/owner/${name}/versions`)).json()
      expect(items).toHaveLength(status === 'released' ? 2 : 1)
      for (const { version } of items) expect(await verifiesAt(`owner/${name}-on`, version)).toBe(true)
    }
    const doubled = await stage.world.database.q.execute(
      sql`select s.name from skills s join name_redirects r on r.publisher_id = s.publisher_id and r.name = s.name`,
    )
    expect(doubled.rows).toEqual([])
  })

  test('a skill has at most 50 former names', async () => {
    await stage.release(owner, 'restless', ['1.0.0'])
    await stage.world.database.q.execute(sql`
      insert into name_redirects (publisher_id, name, skill_id, from_name, to_name, key_id, signature, renamed_at)
      select s.publisher_id, 'was-' || n, s.id, '@owner/was-' || n, '@owner/restless', 'k', 's', now()
      from skills s, generate_series(1, 50) n where s.name = 'restless'`)
    expect((await rename('owner/restless', 'calm')).json()).toMatchObject({ code: 'skill.name-taken' })
    expect((await rename('owner/restless', 'was-7')).statusCode).toBe(200)
  })

  test('an installation under the old name goes on under the new one, and installs by either', async () => {
    await stage.release(owner, 'tool', ['1.0.0'])
    const { permissions } = (await stage.get('/skills/owner/tool')).json()
    const install = (skill: string) => stage.send('POST', '/installations', stranger, { skill, granted: permissions })
    const { id } = (await install('@owner/tool')).json()
    await rename('owner/tool', 'instrument')
    expect((await stage.get(`/installations/${id}`, stranger)).json().skill.name).toBe('instrument')
    for (const name of ['tool', 'instrument']) {
      expect((await install(`@owner/${name}`)).json()).toMatchObject({
        code: 'installation.exists',
        installationId: id,
      })
      expect((await stage.get(`/installations?skill=@owner/${name}`, stranger)).json().items).toHaveLength(1)
    }
  })
})

describe('what is on its way when the name changes', () => {
  test('is rejected with the reason, also where it waits for a review', async () => {
    await stage.release(owner, 'moving', ['1.0.0'])
    const waiting = await stage.world.submit(owner, await skillArchive({ name: 'moving', body: 'Next.' }), {
      version: '2.0.0',
    })
    await stage.world.settled(owner, waiting.id)
    // As if an administrator had still to look at it.
    await stage.world.database.q.execute(sql`update submissions set status = 'in_review' where id = ${waiting.id}`)
    await stage.world.database.q.execute(
      sql`update versions set status = 'pending', released_at = null where semver = '2.0.0' and signed_as = '@owner/moving'`,
    )
    await rename('owner/moving', 'moved')
    await expect
      .poll(async () => (await stage.get(`/submissions/${waiting.id}`, owner)).json())
      .toMatchObject({ status: 'rejected' })
    const { stages } = (await stage.get(`/submissions/${waiting.id}`, owner)).json()
    expect(stages).toContainEqual(
      expect.objectContaining({ state: 'failed', message: expect.stringContaining('renamed to @owner/moved') }),
    )
    expect((await stage.get('/skills/owner/moved')).json().latestVersion).toBe('1.0.0')
  })
})

describe('transfer', () => {
  test('201 and 200: offered, seen by both sides, accepted; the old address leads on and everything verifies', async () => {
    await stage.release(owner, 'gift', ['1.0.0'])
    const offered = await offer('owner/gift', 'stranger')
    expect(offered.statusCode).toBe(201)
    const { id } = offered.json()
    expect(offered.json()).toMatchObject({
      from: 'owner',
      to: 'stranger',
      status: 'pending',
      mayCancel: true,
      mayDecide: false,
    })
    expect((await stage.get('/transfers?status=pending', stranger)).json().items).toMatchObject([
      { id, mayDecide: true },
    ])
    expect((await decide(id, 'accept', stranger)).json()).toMatchObject({ status: 'accepted', mayDecide: false })
    for (const path of ['owner/gift', 'stranger/gift']) {
      expect(await fullNameAt(path)).toBe('stranger/gift')
      expect(await verifiesAt(path, '1.0.0')).toBe(true)
    }
    expect((await stage.get('/skills?publisher=stranger')).json().items).toMatchObject([{ name: 'gift' }])
    expect(await codeOf(stage.send('POST', '/skills/owner/gift/versions/1.0.0/yank', owner, { reason: 'mine' }))).toBe(
      'skill.not-found',
    )
    await stage.release(stranger, 'gift', ['1.1.0'])
    expect((await stage.get('/skills/owner/gift')).json().latestVersion).toBe('1.1.0')
    const back = (await offer('stranger/gift', 'owner', stranger)).json()
    expect((await decide(back.id, 'accept', owner)).statusCode).toBe(200)
    expect(await fullNameAt('stranger/gift')).toBe('owner/gift')
    for (const version of ['1.0.0', '1.1.0']) expect(await verifiesAt('owner/gift', version)).toBe(true)
  })

  test('declined or cancelled, the skill stays, and nothing is decided twice', async () => {
    await stage.release(owner, 'loan', ['1.0.0'])
    const first = (await offer('owner/loan', 'stranger')).json()
    expect(await codeOf(offer('owner/loan', 'stranger'))).toBe('transfer.exists')
    expect((await decide(first.id, 'decline', stranger)).json()).toMatchObject({ status: 'declined' })
    for (const [how, who] of [
      ['accept', stranger],
      ['decline', stranger],
      ['cancel', owner],
    ] as const)
      expect((await decide(first.id, how, who)).json()).toMatchObject({ code: 'transfer.not-pending', status: 409 })
    const second = (await offer('owner/loan', 'stranger')).json()
    expect((await decide(second.id, 'cancel', owner)).json()).toMatchObject({ status: 'cancelled' })
    expect(await fullNameAt('owner/loan')).toBe('owner/loan')
  })

  test('of accepting and cancelling at once, one wins', async () => {
    await stage.release(owner, 'contested', ['1.0.0'])
    const { id } = (await offer('owner/contested', 'stranger')).json()
    const answers = await Promise.all([
      decide(id, 'accept', stranger),
      decide(id, 'cancel', owner),
      decide(id, 'accept', stranger),
    ])
    expect(answers.map((answer) => answer.statusCode).sort((a, b) => a - b)).toEqual([200, 409, 409])
    const { status } = (await stage.get('/transfers', owner)).json().items.find((one: { id: string }) => one.id === id)
    expect(await fullNameAt('owner/contested')).toBe(status === 'accepted' ? 'stranger/contested' : 'owner/contested')
  })

  test('offered, renamed, tagged and published at once, nothing waits for the other for ever', async () => {
    await stage.release(owner, 'busy', ['1.0.0'])
    for (const n of [1, 2, 3]) {
      const answers = await Promise.all([
        offer('owner/busy', 'stranger'),
        rename('owner/busy', `busy-${n}`),
        stage.send('PUT', '/skills/owner/busy/tags/stable', owner, { version: '1.0.0' }),
        stage.world.submit(owner, await skillArchive({ name: `idle-${n}` })),
      ])
      const [offered, renamed, tagged] = answers
      expect([offered.statusCode, renamed.statusCode, tagged.statusCode]).toEqual([201, 200, 200])
      await decide(offered.json().id, 'cancel', owner)
    }
  })

  test('each side says its own word only, and nobody else knows of it', async () => {
    await stage.release(owner, 'secretly', ['1.0.0'])
    const { id } = (await offer('owner/secretly', 'stranger')).json()
    for (const [how, who] of [
      ['accept', owner],
      ['decline', owner],
      ['cancel', stranger],
    ] as const)
      expect((await decide(id, how, who)).json()).toMatchObject({ code: 'auth.forbidden', status: 403 })
    for (const how of ['accept', 'decline', 'cancel'] as const) {
      expect((await decide(id, how, stage.admin)).json()).toMatchObject({ code: 'transfer.not-found', status: 404 })
      expect((await decide(`trf_${'0'.repeat(26)}`, how, owner)).json()).toMatchObject({ code: 'transfer.not-found' })
      expect((await stage.send('POST', `/transfers/${id}/${how}`)).statusCode).toBe(401)
    }
    expect((await stage.get('/transfers', stage.admin)).json().items).toEqual([])
    expect((await stage.get('/transfers')).statusCode).toBe(401)
    await decide(id, 'cancel', owner)
  })

  test('404 for nobody, 409 where the name is taken there, then and later', async () => {
    await stage.release(owner, 'common', ['1.0.0'])
    expect(await codeOf(offer('owner/common', 'nobody-here'))).toBe('publisher.not-found')
    expect(await codeOf(offer('owner/common', 'owner'))).toBe('skill.name-taken')
    const { id } = (await offer('owner/common', 'stranger')).json()
    await stage.release(stranger, 'common', ['1.0.0'])
    expect((await decide(id, 'accept', stranger)).json()).toMatchObject({ code: 'skill.name-taken', status: 409 })
    expect((await stage.get('/transfers?status=pending', stranger)).json().items).toMatchObject([{ id }])
    await decide(id, 'decline', stranger)
    expect(await codeOf(offer('owner/common', 'stranger'))).toBe('skill.name-taken')
  })

  test('a publisher whose owner is suspended gets nothing', async () => {
    const gone = await stage.world.register('gone')
    await stage.release(owner, 'unwanted', ['1.0.0'])
    await stage.send('PATCH', `/admin/users/${gone.userId}`, stage.admin, { status: 'suspended' })
    expect(await codeOf(offer('owner/unwanted', 'gone'))).toBe('publisher.not-found')
  })

  test('the list goes page by page, newest first', async () => {
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: { items: { version: string; createdAt: string }[]; nextCursor: string | null } = (
        await stage.get(`/transfers?limit=2${next === '' ? '' : `&cursor=${next}`}`, owner)
      ).json()
      seen.push(...page.items.map((item: { createdAt: string }) => item.createdAt))
      next = page.nextCursor
    }
    expect(seen.length).toBeGreaterThan(4)
    expect(seen).toEqual([...seen].sort().reverse())
    expect((await stage.get('/transfers?cursor=x', owner)).statusCode).toBe(400)
  })
})
