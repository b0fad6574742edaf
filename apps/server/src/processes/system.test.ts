import { afterAll, beforeAll, expect, test } from 'vitest'
import { SystemStatus } from '@guildhall/contracts'
import { startTestServer, type TestServer } from '../../test/server.ts'
import { readConfig } from '../platform/config/config.ts'

let world: TestServer

beforeAll(async () => {
  const { sandbox } = readConfig({
    GUILDHALL_MINIMUM_ISOLATION: 'L3',
    GUILDHALL_SANDBOX_WARM: '0',
    GUILDHALL_SCRIPT_IMAGE: 'scripts:1',
    DOCKER_HOST: 'tcp://127.0.0.1:1',
  })
  world = await startTestServer({ isIdle: true, config: { sandbox } })
})

afterAll(() => world.close())

test('every kind says whether it can be run, and where more is demanded than its engine reaches, that it cannot', async () => {
  const { engines } = SystemStatus.parse((await world.call('GET', '/system')).json())
  expect(engines.map(({ kind }) => kind)).toEqual(['javascript', 'python', 'workflow', 'shell', 'instructions'])
  expect(engines.filter(({ message }) => !/\w/.test(message))).toEqual([])
  const refused = engines.filter(({ message }) => message.includes('demands L3'))
  expect(refused.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['javascript', 'workflow']))
  expect(refused.filter(({ runnable, isolation }) => runnable || isolation === null)).toEqual([])
})

test('scripts are to run in the Docker engine that was named, and why they do not', async () => {
  const { engines } = SystemStatus.parse((await world.call('GET', '/system')).json())
  const shell = engines.find(({ kind }) => kind === 'shell')
  expect(shell?.message).toContain('without Docker (tcp://127.0.0.1:1 is not a socket on this machine')
})
