import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Transfer } from '@guildhall/contracts'
import { type MaintenanceStage, openMaintenanceStage } from '../../../test/maintenance-stage.ts'
import type { Person } from '../../../test/server.ts'
import { skillArchive } from '../../../test/skill-archive.ts'

let stage: MaintenanceStage
let owner: Person
let stranger: Person
beforeAll(async () => {
  stage = await openMaintenanceStage()
  ;({ owner, stranger } = stage)
}, 60_000)
afterAll(() => stage.world.close())

const offer = (path: string, to: string, as = owner) => stage.send('POST', `/skills/${path}/transfers`, as, { to })
const decide = (id: string, how: 'accept' | 'decline' | 'cancel', as: Person) =>
  stage.send('POST', `/transfers/${id}/${how}`, as)
const rename = (path: string, name: string, as = owner) => stage.send('POST', `/skills/${path}/rename`, as, { name })
const hide = (path: string, as = owner) => stage.send('PATCH', `/skills/${path}`, as, { visibility: 'private' })

async function transferSeenBy(person: Person, id: string): Promise<Transfer | undefined> {
  const { items }: { items: Transfer[] } = (await stage.get('/transfers?limit=100', person)).json()
  return items.find((one) => one.id === id)
}

describe('what is private is not guessed by offering and taking', () => {
  test('an offer does not tell whether the other side has a private skill of this name', async () => {
    await stage.release(owner, 'guess', ['1.0.0'])
    await stage.release(owner, 'miss', ['1.0.0'])
    await stage.release(stranger, 'guess', ['1.0.0'], { visibility: 'private' })
    const answers = [await offer('owner/guess', 'stranger'), await offer('owner/miss', 'stranger')]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201])
    const hit = answers[0]?.json()
    // Only who has it hears that the name is taken.
    expect((await decide(hit.id, 'accept', stranger)).json()).toMatchObject({ code: 'skill.name-taken', status: 409 })
    expect(await transferSeenBy(owner, hit.id)).toMatchObject({ name: 'guess', status: 'pending' })
  })

  test.each(['decline', 'accept'] as const)(
    'after %s, a later name is told to nobody on the other side',
    async (how) => {
      const name = `late-${how}`
      await stage.release(owner, name, ['1.0.0'])
      const { id } = (await offer(`owner/${name}`, 'stranger')).json()
      expect((await decide(id, how, stranger)).statusCode).toBe(200)
      const [holder, other] = how === 'accept' ? [stranger, owner] : [owner, stranger]
      expect((await hide(`${holder.handle}/${name}`, holder)).statusCode).toBe(200)
      expect((await rename(`${holder.handle}/${name}`, `${name}-hidden`, holder)).statusCode).toBe(200)
      for (const person of [holder, other]) expect(await transferSeenBy(person, id)).toMatchObject({ name })
    },
  )

  test('while it waits, both sides know the name that the skill has now', async () => {
    await stage.release(owner, 'on-its-way', ['1.0.0'])
    const { id } = (await offer('owner/on-its-way', 'stranger')).json()
    await rename('owner/on-its-way', 'nearly-there')
    expect(await transferSeenBy(stranger, id)).toMatchObject({ name: 'nearly-there', status: 'pending' })
  })

  test('who publishes under a name that was handed over does not hear where it leads', async () => {
    await stage.release(owner, 'parted', ['1.0.0'])
    await decide((await offer('owner/parted', 'stranger')).json().id, 'accept', stranger)
    const refusal = async (): Promise<string> => {
      const { id } = await stage.world.submit(owner, await skillArchive({ name: 'parted' }), { version: '9.0.0' })
      const { status, findings } = await stage.world.settled(owner, id)
      expect(status).toBe('rejected')
      expect(findings.map(({ rule }) => rule)).toContain('name.renamed')
      return JSON.stringify(findings)
    }
    expect(await refusal()).toContain('@stranger/parted')
    await hide('stranger/parted', stranger)
    await rename('stranger/parted', 'parted-and-hidden', stranger)
    const said = await refusal()
    expect(said).toContain('@owner/parted was handed over')
    expect(said).not.toContain('hidden')
  })
})

test('a key of an administrator without the scope for it sees and changes what anybody may', async () => {
  await stage.release(owner, 'hers-alone', ['1.0.0'], { visibility: 'private' })
  await stage.release(owner, 'hers-for-all', ['1.0.0'])
  const keyWith = async (...scopes: string[]): Promise<Person> => {
    const made = await stage.send('POST', '/auth/keys', stage.admin, { name: scopes.join(), scopes })
    expect(made.statusCode).toBe(201)
    return { ...stage.admin, token: made.json().secret }
  }
  const [plain, whole] = [await keyWith('read', 'publish'), await keyWith('read', 'publish', 'admin')]
  for (const path of ['', '/versions', '/versions/1.0.0/download', '/versions/1.0.0/file?path=SKILL.md']) {
    expect((await stage.get(`/skills/owner/hers-alone${path}`, plain)).statusCode).toBe(404)
    expect((await stage.get(`/skills/owner/hers-alone${path}`, whole)).statusCode).toBe(200)
  }
  const indexAt = (key: Person, name: string) =>
    stage.world.server.app.inject(`/~${key.token}/@owner/${name}/.well-known/agent-skills/index.json`)
  const read = await keyWith('read')
  expect((await indexAt(read, 'hers-for-all')).statusCode).toBe(200)
  expect((await indexAt(read, 'hers-alone')).statusCode).toBe(404)
  const address = '/skills/owner/hers-for-all'
  const attempts = [
    await hide('owner/hers-for-all', plain),
    await stage.send('DELETE', `${address}?reason=Because.`, plain),
    await stage.send('POST', `${address}/versions/1.0.0/suspend`, plain, { reason: 'Because.' }),
  ]
  expect(attempts.map(({ statusCode }) => statusCode)).toEqual([404, 404, 403])
  expect((await hide('owner/hers-for-all', whole)).statusCode).toBe(200)
})

test('handed over, renamed, released, hidden and removed at once, nothing breaks', async () => {
  for (const n of [1, 2, 3, 4]) {
    const name = `contested-${n}`
    await stage.release(owner, name, ['1.0.0', '1.1.0'])
    const { id } = (await offer(`owner/${name}`, 'stranger')).json()
    const answers = await Promise.all([
      decide(id, 'accept', stranger),
      decide(id, 'decline', stranger),
      decide(id, 'cancel', owner),
      rename(`owner/${name}`, `${name}-too`),
      hide(`owner/${name}`),
      stage.send('POST', `/skills/owner/${name}/versions/1.1.0/yank`, owner, { reason: 'Raced.' }),
      stage.world.submit(owner, await skillArchive({ name, body: 'More words.' }), { version: '2.0.0' }),
      stage.send('DELETE', `/skills/owner/${name}?reason=Raced.`, owner),
    ])
    const statuses = answers.flatMap((answer) => ('statusCode' in answer ? [answer.statusCode] : []))
    expect(statuses.filter((status) => ![200, 204, 404, 409].includes(status))).toEqual([])
    expect(statuses.slice(0, 3).filter((status) => status === 200).length).toBeLessThanOrEqual(1)
  }
})
