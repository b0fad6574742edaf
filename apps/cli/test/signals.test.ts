import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliBinary, nodeBinary } from './processes.ts'

const run = promisify(execFile)

let home = ''
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'guildhall-signals-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

const environment = () => ({ PATH: process.env['PATH'] ?? '', HOME: home })

describe('a program among others', () => {
  it('ends in silence when nobody reads on', async () => {
    const script = '"$1" "$2" completion zsh | true; echo "${PIPESTATUS[0]}"'
    const { stdout, stderr } = await run('bash', ['-c', script, 'bash', nodeBinary, cliBinary], { env: environment() })
    expect([stdout, stderr]).toEqual(['0\n', ''])
  })

  it('ends in silence on Ctrl-C while it waits for a registry that does not answer', async () => {
    const asked = Promise.withResolvers<void>()
    const server = createServer(() => asked.resolve())
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo // it listens on a port
    const parameters = [cliBinary, 'search', 'tea', '--registry', `http://127.0.0.1:${port}`]
    const ended = Promise.withResolvers<{ signal: string | null; written: string }>()
    const child = execFile(nodeBinary, parameters, { env: environment() }, (error, stdout, stderr) =>
      ended.resolve({ signal: error?.signal ?? null, written: stdout + stderr }),
    )
    await asked.promise
    child.kill('SIGINT')
    expect(await ended.promise).toEqual({ signal: 'SIGINT', written: '' })
    server.closeAllConnections()
    server.close()
  })
})
