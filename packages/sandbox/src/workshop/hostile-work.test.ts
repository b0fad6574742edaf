import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { listLeftovers } from '../../test/leftovers-canary.ts'
import { encloseProbe } from '../../test/workshop-probe.ts'
import { startWorkshopProcess } from './workshop-process.ts'
import { prepareWorkshopWalls } from './workshop-walls.ts'

const CANARY = 'canary-of-the-host-5e1f'
const HOST = join(import.meta.dirname, '../../test/workshop-host.ts')
/** The number by which the host has the canary open, and would hand it on. */
const CANARY_FD = 5

const Told = z.object({
  file: z.string(),
  fileThroughProcess: z.string(),
  passwords: z.string(),
  environment: z.string(),
  otherEnvironments: z.string(),
  inherited: z.string(),
  write: z.array(z.string()),
  spawn: z.string(),
  shell: z.string(),
  connect: z.string(),
  resolve: z.string(),
})

const folder = mkdtempSync(join(tmpdir(), 'workshop-canary-'))
const canaryPath = join(folder, 'canary')
const visits: unknown[] = []
const server = createServer((socket) => {
  visits.push(socket.remotePort)
  socket.on('error', () => {}).destroy()
})

beforeAll(async () => {
  // For anybody to read, so that only walls keep a process from it.
  writeFileSync(canaryPath, CANARY, { mode: 0o644 })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await new Promise((resolve) => server.close(resolve))
})

/** A host that has the canary open and in its environment. */
function startHost(isolation: string, probe: string, ...args: string[]) {
  const fd = openSync(canaryPath, 'r')
  try {
    return spawn(process.execPath, [HOST, isolation, probe, ...args], {
      stdio: ['ignore', 'pipe', 'inherit', 'ignore', 'ignore', fd],
      env: { PATH: process.env.PATH, CANARY },
    })
  } finally {
    closeSync(fd)
  }
}

interface Attacked {
  isolation: string
  level: string
}

async function attack({ isolation, level: expected }: Attacked, permitted: 'permitted' | 'bare') {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? String(address.port) : ''
  // Where nothing walls it off, it writes only where this test takes it away again.
  const within = expected === 'L2' ? ['/written', '/tmp/written', '/guest/written', '/guest/code/written'] : []
  const facts = [canaryPath, String(CANARY_FD), port, join(folder, 'written'), ...within]
  const host = startHost(isolation, 'attack', permitted, ...facts)
  const { stdout } = host
  if (stdout === null) throw new Error('a host without a pipe')
  const [level, , ...rest] = (await text(stdout)).split('\n')
  return { level, told: Told.parse(JSON.parse(rest.join('\n'))) }
}

type Told = z.infer<typeof Told>

/** What a probe could reach that is not its own. */
function openDoors(told: Told): string[] {
  const isOpen: Record<string, boolean> = {
    'files of the host': [told.file, told.fileThroughProcess].includes(CANARY) || told.passwords.includes('root:'),
    'environment of the host': told.environment.includes(CANARY),
    'environments of other processes': told.otherEnvironments.includes(CANARY),
    'open files of the host': told.inherited.includes(CANARY),
    writing: told.write.includes('done'),
    processes: [told.spawn, told.shell].some((came) => came.startsWith('done')),
    network: told.connect === 'done' || told.resolve === 'done',
  }
  return Object.keys(isOpen).filter((door) => isOpen[door])
}

/** What a level leaves open to native code that was taken over, with what some systems close; and how the status tells it. */
const promises = {
  L2: { open: [] as string[], mayBeOpen: [] as string[], says: /within bubblewrap/ },
  L1: {
    open: ['files of the host', 'writing', 'processes', 'network'],
    mayBeOpen: ['environments of other processes'],
    says: /bind neither native code nor the network/,
  },
}

const levels = await Promise.all(
  (['auto', 'language'] as const).map(async (isolation) => {
    const walls = await prepareWorkshopWalls(isolation)
    const promised = walls.level === 'L2' ? promises.L2 : promises.L1
    return { isolation, level: walls.level, message: walls.message, walls, promised }
  }),
)

describe.each(levels)('code in a workshop process (wanted: $isolation, reached: $level)', (tested) => {
  const { isolation, message, walls, promised } = tested

  it('as libraries run: reads no file, writes none, starts nothing, and finds nothing of the host', async () => {
    const { told } = await attack(tested, 'permitted')
    expect(JSON.stringify(told)).not.toContain(CANARY)
    expect(told).toMatchObject({ file: 'ERR_ACCESS_DENIED', passwords: 'ERR_ACCESS_DENIED' })
    expect(told).toMatchObject({ spawn: 'ERR_ACCESS_DENIED', shell: 'ERR_ACCESS_DENIED' })
    expect(new Set(told.write)).toEqual(new Set(['ERR_ACCESS_DENIED']))
  })

  it('as a decoder runs that was taken over: finds no door open but those that its level does not close', async () => {
    const before = visits.length
    const { level, told } = await attack(tested, 'bare')
    const doors = openDoors(told)
    expect(level).toBe(tested.level)
    expect(doors.filter((door) => !promised.mayBeOpen.includes(door))).toEqual(promised.open)
    expect(message).toMatch(promised.says)
    expect(visits.length > before).toBe(told.connect === 'done')
  })

  it('that takes memory outside of the heap ends by its limit, and its host lives', async () => {
    const bomb = startWorkshopProcess(encloseProbe(walls, { name: 'bomb', isPermitted: true, args: [] }))
    await expect(bomb.ask({ text: '', blobs: [] })).rejects.toMatchObject({ name: 'WorkshopEnded', reason: 'memory' })
    await bomb.gone
    expect(bomb.hasEnded).toBe(true)
  })

  it('does not outlive a host that is killed in the middle of its work, unless the status says that it may', async () => {
    const host = startHost(isolation, 'endless', 'permitted')
    let said = ''
    host.stdout?.on('data', (chunk: Buffer) => void (said += chunk.toString()))
    await vi.waitFor(() => expect(said).toContain('started'), { timeout: 20_000 })
    const pids = z.array(z.number()).parse(JSON.parse(said.split('\n')[1] ?? ''))
    expect(pids.length).toBeGreaterThan(0)
    host.kill('SIGKILL')
    await once(host, 'exit')
    const left = () => pids.filter((pid) => existsSync(`/proc/${pid}`))
    if (message.includes('may outlive')) for (const pid of left()) process.kill(pid, 'SIGKILL')
    await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 10_000 })
  })
})

it('leaves no process, group or folder', async () => {
  await Promise.all(levels.map(({ walls }) => walls.remove()))
  expect(listLeftovers()).toEqual([])
})
