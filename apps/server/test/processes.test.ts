import { readdirSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { api, API_PREFIX } from '@guildhall/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  killServerProcessAt,
  openServerHome,
  runServerProcess,
  type ServerHome,
  startServerProcess,
} from './server-process.ts'

const PASSWORD = /Password, shown this once: (\S+)/
const account = { email: 'admin@guildhall.localhost' }

let home: ServerHome
beforeAll(async () => {
  home = await openServerHome()
})
afterAll(() => home.close())

async function tokenFor(origin: string, password: string): Promise<string> {
  const answer = await fetch(`${origin}${API_PREFIX}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...account, password, transport: 'bearer' }),
  })
  expect(answer.status).toBe(200)
  return api.auth.login.reply.parse(await answer.json()).tokens?.accessToken ?? ''
}

const get = (origin: string, path: string, token: string) =>
  fetch(`${origin}${API_PREFIX}${path}`, { headers: { authorization: `Bearer ${token}` } })

test('the life of a server: first start, a rival, an orderly end, a crash, and everything still there', async () => {
  const first = await startServerProcess(home)
  const password = PASSWORD.exec(first.stdout())?.[1] ?? ''
  expect(password.length).toBeGreaterThanOrEqual(16)
  const token = await tokenFor(first.origin, password)
  const me = await (await get(first.origin, '/auth/me', token)).json()
  expect(me).toMatchObject({ ...account, role: 'admin' })
  expect((await stat(home.dataDir)).mode & 0o777).toBe(0o700)

  const rival = await runServerProcess(home)
  expect(rival.code).toBe(1)
  expect(rival.stderr).toMatch(
    /^Guildhall cannot start\. Another Guildhall \(process \d+\) uses the data folder [^\n]+\n$/,
  )

  const ended = await first.stop()
  expect(ended.code).toBe(0)
  expect(ended.stderr).toBe('')
  expect(ended.stdout).toContain('Stopping: letting what runs end')

  const second = await startServerProcess(home)
  expect(second.stdout()).not.toMatch(PASSWORD)
  expect(await (await get(second.origin, '/auth/me', await tokenFor(second.origin, password))).json()).toEqual(me)
  await second.kill9()

  const third = await startServerProcess(home)
  expect(await (await get(third.origin, '/auth/me', token)).json()).toEqual(me)
  const keys = api.trust.keys.reply.parse(await (await get(third.origin, '/trust/keys', token)).json())
  expect(keys.items).toHaveLength(1)
  expect((await third.stop()).code).toBe(0)
}, 300_000)

test('the examples are published once, also when the first start is killed in the middle of it', async () => {
  const shop = await openServerHome()
  const env = { GUILDHALL_SEED: 'on' }
  await killServerProcessAt(shop, /Publishing \d+ example skills/, env)
  const folders = readdirSync(new URL('../../../examples', import.meta.url), { withFileTypes: true })
  const examples = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  for (let start = 0; start < 2; start += 1) {
    const server = await startServerProcess(shop, env)
    const answer = await fetch(`${server.origin}${API_PREFIX}/skills?limit=100`)
    const { items } = api.skills.list.reply.parse(await answer.json())
    expect(items.map((item) => item.name).toSorted()).toEqual(examples.toSorted())
    expect(items.every((item) => item.publisher === 'guildhall')).toBe(true)
    expect((await server.stop()).code).toBe(0)
  }
  await shop.close()
}, 300_000)

describe('a server that cannot start says so in one line and ends with a code', () => {
  const failing = async (env: Record<string, string>) => {
    const { code, stderr } = await runServerProcess(home, env)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Guildhall cannot start\. [^\n]+\n$/)
    return stderr
  }

  test('on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    expect(await failing({ PORT: String(port) })).toContain(`port ${port} on 127.0.0.1 is taken`)
    other.close()
  })

  test('in a folder that cannot be written', async () => {
    const file = join(home.dataDir, '..', 'a-file')
    await writeFile(file, '')
    const stderr = await failing({ GUILDHALL_DATA_DIR: join(file, 'data') })
    expect(stderr).toContain('Set GUILDHALL_DATA_DIR')
  })

  test.each([
    ['PORT', 'eighty'],
    ['GUILDHALL_REVIEW', 'sometimes'],
    ['GUILDHALL_SIGNING_KEY', 'nonsense'],
    ['GUILDHALL_HOST', '203.0.113.1'],
  ])('with %s=%s', async (name, value) => {
    expect(await failing({ [name]: value })).toContain(name)
  })

  test('with a database that cannot be reached', async () => {
    expect(await failing({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' })).toContain('DATABASE_URL')
  })
})
