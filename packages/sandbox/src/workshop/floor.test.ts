import { describe, expect, it } from 'vitest'
import { createFloor, type Floor } from './floor.ts'
import type { WorkshopProcess } from './workshop-process.ts'

/** A process that is only counted. */
interface Puppet extends WorkshopProcess {
  /** What a killed one does at last. */
  die(): Promise<void>
  readonly isKilled: boolean
}

/** Lets everything happen that is due already. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

function createPuppet(pid: number): Puppet {
  const gone = Promise.withResolvers<void>()
  let isKilled = false
  let hasEnded = false
  return {
    pid,
    gone: gone.promise,
    get hasEnded() {
      return hasEnded
    },
    get isKilled() {
      return isKilled
    },
    kill: () => void (isKilled = true),
    async die() {
      hasEnded = true
      gone.resolve()
      await settle()
    },
    ask: () => Promise.reject(new Error('a puppet')),
  }
}

function openFloor(processes: number) {
  const started: Puppet[] = []
  const floor = createFloor({
    processes,
    idleMs: 60_000,
    async start() {
      const puppet = createPuppet(started.length)
      started.push(puppet)
      return puppet
    },
  })
  return { floor, started }
}

const never = new AbortController().signal

/** Asks for a process and notes when it comes. */
function queueUp(floor: Floor, order: string[], name: string, signal = never): Promise<unknown> {
  return floor.start(signal).then(
    () => order.push(name),
    (error: unknown) => order.push(`${name} left: ${error instanceof Error ? error.message : String(error)}`),
  )
}

async function fill(floor: Floor, count: number): Promise<WorkshopProcess[]> {
  return Promise.all(Array.from({ length: count }, () => floor.start(never)))
}

describe('a floor', () => {
  it('has so many processes at once, and starts others first come, first served, when one is gone for good', async () => {
    const { floor, started } = openFloor(2)
    await fill(floor, 2)
    const order: string[] = []
    for (const name of ['a', 'b', 'c']) void queueUp(floor, order, name)
    started[0]?.kill()
    await settle()
    expect([started.length, order]).toEqual([2, []])
    await started[0]?.die()
    expect(order).toEqual(['a'])
    await started[1]?.die()
    await started[2]?.die()
    expect(order).toEqual(['a', 'b', 'c'])
    expect(started).toHaveLength(5)
  })

  it('lets who gives up leave the line, and passes nothing to them', async () => {
    const { floor, started } = openFloor(1)
    await fill(floor, 1)
    const order: string[] = []
    const leaving = new AbortController()
    void queueUp(floor, order, 'a', leaving.signal)
    void queueUp(floor, order, 'b')
    leaving.abort(new Error('too late'))
    await settle()
    expect(order).toEqual(['a left: too late'])
    await started[0]?.die()
    expect(order).toEqual(['a left: too late', 'b'])
    expect(started).toHaveLength(2)
    await expect(floor.start(AbortSignal.abort(new Error('over')))).rejects.toThrow('over')
  })

  it('ends the process that has rested longest where somebody waits, and keeps none from resting meanwhile', async () => {
    const { floor, started } = openFloor(3)
    const [first, second, third] = await fill(floor, 3)
    if (!first || !second || !third) throw new Error('three were started')
    floor.rest(second, never)
    floor.rest(first, never)
    const order: string[] = []
    void queueUp(floor, order, 'a')
    expect(started.map(({ isKilled }) => isKilled)).toEqual([false, true, false])
    expect(floor.wake(second)).toBe(false)
    floor.rest(third, never)
    expect(started[2]?.isKilled).toBe(true)
    await started[1]?.die()
    expect(order).toEqual(['a'])
    expect(floor.wake(first)).toBe(true)
    expect(floor.wake(first)).toBe(false)
  })

  it('ends a resting process with its run, and no working one', async () => {
    const { floor, started } = openFloor(2)
    const [working, resting] = await fill(floor, 2)
    if (!working || !resting) throw new Error('two were started')
    const run = new AbortController()
    floor.rest(working, run.signal)
    floor.rest(resting, run.signal)
    expect(floor.wake(working)).toBe(true)
    run.abort()
    expect(started.map(({ isKilled }) => isKilled)).toEqual([false, true])
    floor.rest(working, run.signal)
    expect(started[0]?.isKilled).toBe(true)
  })

  it('is closed when its last process is gone; who waits is sent away', async () => {
    const { floor, started } = openFloor(1)
    await fill(floor, 1)
    const order: string[] = []
    void queueUp(floor, order, 'a')
    let isClosed = false
    const closing = floor.close().then(() => (isClosed = true))
    await settle()
    expect([isClosed, order, started[0]?.isKilled]).toEqual([false, ['a left: The workshops are closed'], true])
    await started[0]?.die()
    await closing
    expect(started).toHaveLength(1)
    await expect(floor.start(never)).rejects.toThrow('closed')
  })

  it('gives the place on where a process does not start', async () => {
    let tries = 0
    const floor = createFloor({
      processes: 1,
      idleMs: 60_000,
      start: async () => {
        tries += 1
        if (tries === 1) throw new Error('no memory')
        return createPuppet(tries)
      },
    })
    await expect(floor.start(never)).rejects.toThrow('no memory')
    expect(await floor.start(never)).toMatchObject({ pid: 2 })
  })
})
