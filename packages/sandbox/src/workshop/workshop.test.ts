import { crc32 } from 'node:zlib'
import { buildArchive, readBadCases } from '@guildhall/skill-format/bad-cases'
import sharp from 'sharp'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { endlessMarkdown } from '../../test/endless-markdown.ts'
import { listLeftovers } from '../../test/leftovers-canary.ts'
import { descendantPids } from '../guests/resident-memory.ts'
import type { JobCall } from './workshop.ts'
import { createWorkshops, type Workshops } from './workshops.ts'

const easy = { value: { text: 'x' }, blobs: [] }
const easyDone = { value: '<p>x</p>' }
const endless = { value: { text: endlessMarkdown }, blobs: [] }

const children = () => descendantPids(process.pid)
const seeEnd = (pids: readonly number[]) =>
  vi.waitFor(() => expect(children().filter((pid) => pids.includes(pid))).toEqual([]), { timeout: 10_000 })

function startRun(): JobCall & { end(): void } {
  const run = new AbortController()
  return { signal: run.signal, runSignal: run.signal, end: () => run.abort() }
}

const all: Workshops[] = []
function open(options: Parameters<typeof createWorkshops>[0]): Workshops {
  const workshops = createWorkshops(options)
  all.push(workshops)
  return workshops
}

/** A PNG that says of itself that it has so many pixels. */
async function pngOfSize(side: number): Promise<Buffer> {
  const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  png.writeUInt32BE(side, 16)
  png.writeUInt32BE(side, 20)
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  return png
}

function zipBomb(): Uint8Array {
  const [, bomb] = readBadCases().find(([name]) => name === 'zip-bomb') ?? []
  if (bomb === undefined) throw new Error('the zip bomb is gone')
  return buildArchive(bomb)
}

const tested = await Promise.all(
  (['auto', 'language'] as const).map(async (isolation) => {
    const shared = open({ isolation })
    const { isolation: level, message } = await shared.status()
    return { isolation, level, message, shared }
  }),
)

/** When they are all closed, nothing of them may be left. */
const closeAll = () => Promise.all(all.map((workshops) => workshops.close()))
afterAll(closeAll)

it('the self-test says which walls stand, and why others do not', () => {
  const [auto, language] = tested
  expect(auto?.message).toMatch(/within bubblewrap|without bubblewrap \(.+\)/)
  expect(auto?.level).toBe(auto?.message.includes('within bubblewrap') ? 'L2' : 'L1')
  expect(language).toMatchObject({ level: 'L1' })
  expect(language?.message).toMatch(/^Node\.js with its permissions, which bind neither native code nor the network/)
})

describe.each(tested)('workshops (wanted: $isolation, reached: $level)', ({ isolation, shared }) => {
  it('work in one process for one job of a run after another, and end with it', async () => {
    const before = new Set(children())
    const run = startRun()
    const workshop = shared.forRun()
    const answers = await Promise.all([1, 2, 3].map(() => workshop.run('markdown-to-html', easy, run)))
    expect(answers).toMatchObject([easyDone, easyDone, easyDone])
    const own = children().filter((pid) => !before.has(pid))
    const again = await workshop.run('markdown-to-html', easy, run)
    expect(again).toMatchObject(easyDone)
    expect(children().filter((pid) => !before.has(pid))).toEqual(own)
    run.end()
    await seeEnd(own)
    await expect(workshop.run('markdown-to-html', easy, run)).rejects.toMatchObject({ errorType: 'cancelled' })
  })

  it('keep the process of a run whose call is over, and give it to no other run', async () => {
    const workshops = open({ isolation, processes: 2 })
    const before = new Set(children())
    const [first, second] = [startRun(), startRun()]
    const firstWorkshop = workshops.forRun()
    const call = new AbortController()
    await firstWorkshop.run('markdown-to-html', easy, { ...first, signal: call.signal })
    call.abort()
    const ofFirst = children().filter((pid) => !before.has(pid))
    await workshops.forRun().run('markdown-to-html', easy, second)
    const ofSecond = children().filter((pid) => !before.has(pid) && !ofFirst.includes(pid))
    expect(ofFirst.length).toBeGreaterThan(0)
    expect(ofSecond).toHaveLength(ofFirst.length)
    second.end()
    await seeEnd(ofSecond)
    expect(children()).toEqual(expect.arrayContaining(ofFirst))
    first.end()
    await seeEnd(ofFirst)
  })

  it('end the resting process of one run where another one wants its place', async () => {
    const workshops = open({ isolation, processes: 1 })
    const before = new Set(children())
    const resting = workshops.forRun()
    const run = startRun()
    await resting.run('markdown-to-html', easy, run)
    const ofFirst = children().filter((pid) => !before.has(pid))
    expect(await workshops.forRun().run('markdown-to-html', easy, startRun())).toMatchObject(easyDone)
    expect(children().filter((pid) => ofFirst.includes(pid))).toEqual([])
    expect(await resting.run('markdown-to-html', easy, run)).toMatchObject(easyDone)
    await workshops.close()
  })

  it('end a process that has had nothing to do for a while', async () => {
    const before = new Set(children())
    await open({ isolation, idleMs: 1 }).forRun().run('markdown-to-html', easy, startRun())
    const own = children().filter((pid) => !before.has(pid))
    await vi.waitFor(() => expect(children().filter((pid) => own.includes(pid))).toEqual([]), { timeout: 10_000 })
  })

  it('take a new process where the resting one is being ended', async () => {
    const [earlier, run] = [startRun(), startRun()]
    const workshop = shared.forRun()
    await workshop.run('markdown-to-html', easy, earlier)
    earlier.end()
    expect(await workshop.run('markdown-to-html', easy, run)).toMatchObject(easyDone)
    run.end()
  })

  it('kill a process in the middle of endless work when the call is over', async () => {
    const before = new Set(children())
    const run = startRun()
    const workshop = shared.forRun()
    await workshop.run('markdown-to-html', easy, run)
    const own = children().filter((pid) => !before.has(pid))
    const work = workshop.run('markdown-to-html', endless, run)
    run.end()
    await expect(work).rejects.toMatchObject({ errorType: 'cancelled' })
    await seeEnd(own)
  })

  it('say of work that ate its memory that it is too large, and go on with a new process', async () => {
    const run = startRun()
    const workshop = shared.forRun()
    const work = workshop.run('markdown-to-html', endless, run)
    await expect(work).rejects.toMatchObject({ errorType: 'too_large', message: expect.stringContaining('memory') })
    expect(await workshop.run('markdown-to-html', easy, run)).toMatchObject(easyDone)
    run.end()
  })

  it('refuse archives and images that are bombs, by name, and live on', async () => {
    const run = startRun()
    const workshop = shared.forRun()
    const bombs = [
      ['zip-extract', zipBomb()],
      ['zip-list', zipBomb()],
      ['image-resize', await pngOfSize(60_000)],
    ] as const
    const value = { width: 10, height: 10, fit: 'fill', format: 'png', quality: 80 }
    for (const [job, bytes] of bombs) {
      const work = workshop.run(job, { value: job === 'image-resize' ? value : {}, blobs: [bytes] }, run)
      await expect(work).rejects.toMatchObject({ errorType: 'too_large' })
    }
    expect(await workshop.run('markdown-to-html', easy, run)).toMatchObject(easyDone)
    run.end()
  })

  it('take no value that a job does not take', async () => {
    const run = startRun()
    const wrong = shared.forRun().run('markdown-to-html', { value: { text: 1 }, blobs: [] }, run)
    await expect(wrong).rejects.toMatchObject({ errorType: 'tool_error' })
    run.end()
  })

  it('leave no process when they are closed in the middle of work, and start none later', async () => {
    const workshops = open({ isolation })
    const before = new Set(children())
    const workshop = workshops.forRun()
    await workshop.run('markdown-to-html', easy, startRun())
    const work = workshop.run('markdown-to-html', endless, startRun())
    const own = children().filter((pid) => !before.has(pid))
    const [ended] = await Promise.allSettled([work, workshops.close()])
    expect(ended.status).toBe('rejected')
    expect(children().filter((pid) => own.includes(pid))).toEqual([])
    const late = workshops.forRun().run('markdown-to-html', easy, startRun())
    await expect(late).rejects.toMatchObject({ errorType: 'cancelled' })
  })
})

it('work on nothing where a host demands more than this machine has', async () => {
  const workshops = open({ isolation: 'language', minimumIsolation: 'L2' })
  const work = workshops.forRun().run('markdown-to-html', easy, startRun())
  await expect(work).rejects.toMatchObject({
    errorType: 'not_configured',
    message: expect.stringMatching(/demands L2 .* here it is L1/),
  })
  expect(await workshops.status()).toMatchObject({ isolation: 'L1', message: expect.stringMatching(/^refused: /) })
})

it('leave no process, group or folder when they are closed', async () => {
  await closeAll()
  expect(listLeftovers()).toEqual([])
})
