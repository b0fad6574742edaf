import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ActionCase, type Execution, ExecutionEvent } from '@guildhall/contracts'
import { createGuildhall, type Guildhall } from '@guildhall/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evalsOf, readExamples } from '../../../examples/example-package.ts'
import { caseOfEachAction, fullNameOf, installExample, runByApi } from '../../../examples/install-example.ts'
import { runCommand, type ServerProcess, startServer } from './processes.ts'
import { mustWork } from './registry-stage.ts'

interface ExampleCase {
  title: string
  name: string
  given: ActionCase
}

const examples = await readExamples()
const titled = (name: string) => (given: ActionCase) => ({
  title: `${name}: ${given.action}, ${given.id}`,
  name,
  given,
})
const all = examples.flatMap((example) => evalsOf(example).cases.map(titled(example.name)))
const oneOfEach = examples.flatMap((example) => caseOfEachAction(example).map(titled(example.name)))

const admin = { email: 'admin@example.com', password: 'a-long-admin-password' }
const ada = { name: 'Ada Lovelace', handle: 'ada', email: 'ada@example.org', password: 'a long author password' }

let root = ''
let server: ServerProcess | undefined
let client: Guildhall

const cli = (argv: readonly string[], stdin = '') =>
  runCommand(argv, {
    cwd: root,
    stdin,
    env: { HOME: root, XDG_CONFIG_HOME: join(root, 'config'), GUILDHALL_REGISTRY: server?.url ?? '' },
  })

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-examples-'))
  server = await startServer({
    GUILDHALL_DATA_DIR: join(root, 'data'),
    GUILDHALL_WEB: 'off',
    GUILDHALL_ADMIN_EMAIL: admin.email,
    GUILDHALL_ADMIN_PASSWORD: admin.password,
  })
  const visitor = createGuildhall({ baseUrl: server.url })
  const { tokens } = await visitor.auth.register({ body: { ...ada, transport: 'bearer' } })
  if (!tokens) throw new Error('No tokens were given')
  client = createGuildhall({ baseUrl: server.url, token: tokens.accessToken })
  await mustWork(cli(['login', '--email', ada.email, '--password-stdin'], ada.password))
  // Skills that call others find them in the library of the person.
  for (const name of new Set(all.map((one) => one.name))) await installExample(client, name)
}, 120_000)

afterAll(async () => {
  await server?.stop()
  await rm(root, { recursive: true, force: true })
}, 30_000)

/** How a run of this case ends, told by its last event and by its row alike. */
function endOf({ expect: expected }: ActionCase) {
  if ('output' in expected) return { status: 'succeeded', output: expected.output, error: null }
  const message = 'error' in expected ? expected.error : ''
  return {
    status: 'failed',
    output: null,
    error: expect.objectContaining({ message: expect.stringContaining(message) }),
  }
}

const told = ({ status, output, error }: Pick<Execution, 'status' | 'output' | 'error'>) => ({ status, output, error })

/** Events are counted from one without gaps, begin with the start and end with the end. */
function expectWhole(events: readonly ExecutionEvent[], end: object): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(events[0]).toMatchObject({ kind: 'started', attempt: 1 })
  expect(events.at(-1)?.kind).toBe('ended')
  expect(events.filter((event) => event.kind === 'ended').map(told)).toEqual([end])
}

describe('every case of every example runs by the API', () => {
  it.each(all)('$title', async ({ name, given }: ExampleCase) => {
    await installExample(client, name, given.storage)
    const { run, events } = await runByApi(client, { skill: fullNameOf(name), ...given })
    const end = endOf(given)
    expect(told(run)).toEqual(end)
    expectWhole(events, end)
  })
})

describe('every action of every example runs by the command line', () => {
  it.each(oneOfEach)('$title', async ({ name, given }: ExampleCase) => {
    const folder = join(root, 'files', name, given.id)
    await mkdir(folder, { recursive: true })
    const files = Object.entries(given.files).map(([path, text]) => ({ source: join(folder, path), text }))
    for (const { source, text } of files) await writeFile(source, text)
    await installExample(client, name, given.storage)
    const attached = files.flatMap(({ source }) => ['--file', source])
    const argv = ['run', fullNameOf(name), given.action, '--input', '-', ...attached, '--json']
    const { code, out, err } = await cli(argv, JSON.stringify(given.input))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines = out.trimEnd().split('\n')
    expectWhole(
      lines.map((line) => ExecutionEvent.parse(JSON.parse(line))),
      endOf(given),
    )
  })
})

it('no action is left out', () => {
  const actions = (cases: readonly ExampleCase[]) => new Set(cases.map(({ name, given }) => `${name} ${given.action}`))
  expect(actions(oneOfEach)).toEqual(actions(all))
  expect(actions(all).size).toBeGreaterThanOrEqual(22)
})
