import { describe, expect, it, vi } from 'vitest'
import { descendantPids } from '../guests/resident-memory.ts'
import { createWorkshop } from './workshop.ts'

const query = (expression: string) => ({ value: { value: 'x'.repeat(100), expression }, blobs: [] })

/* Doubles the value at each step: endless work, in endless memory, out of a few hundred bytes. */
const endless = `${'[@,@]|'.repeat(40)}to_string(@)`

const children = () => descendantPids(process.pid)

describe('a workshop', () => {
  it('works in one process for one job after another, and ends with the run', async () => {
    const before = new Set(children())
    const run = new AbortController()
    const workshop = createWorkshop()
    const answers = await Promise.all([1, 2, 3].map(() => workshop.run('json-query', query('length(@)'), run.signal)))
    expect(answers.map(({ value }) => value)).toEqual([100, 100, 100])
    const own = children().filter((pid) => !before.has(pid))
    expect(own).toHaveLength(1)
    run.abort()
    await vi.waitFor(() => expect(children().filter((pid) => own.includes(pid))).toEqual([]), { timeout: 10_000 })
    await expect(workshop.run('json-query', query('@'), run.signal)).rejects.toMatchObject({ errorType: 'cancelled' })
  })

  it('takes a new process where the idle one is being ended', async () => {
    const earlier = new AbortController()
    const run = new AbortController()
    const workshop = createWorkshop()
    await workshop.run('json-query', query('@'), earlier.signal)
    earlier.abort()
    expect(await workshop.run('json-query', query('length(@)'), run.signal)).toMatchObject({ value: 100 })
    run.abort()
  })

  it('kills its process in the middle of endless work when the call is over', async () => {
    const before = new Set(children())
    const run = new AbortController()
    const workshop = createWorkshop()
    await workshop.run('json-query', query('@'), run.signal)
    const own = children().filter((pid) => !before.has(pid))
    const work = workshop.run('json-query', query(endless), run.signal)
    run.abort()
    await expect(work).rejects.toMatchObject({ errorType: 'cancelled' })
    await vi.waitFor(() => expect(children().filter((pid) => own.includes(pid))).toEqual([]), { timeout: 10_000 })
  })

  it('says what became of work that ate its memory, and goes on with a new process', async () => {
    const run = new AbortController()
    const workshop = createWorkshop()
    await expect(workshop.run('json-query', query(endless), run.signal)).rejects.toMatchObject({
      errorType: expect.stringMatching(/^(too_large|tool_error)$/),
    })
    expect(await workshop.run('json-query', query('length(@)'), run.signal)).toMatchObject({ value: 100 })
    run.abort()
  })

  it('takes no job that its process does not know, and no value that a job does not take', async () => {
    const run = new AbortController()
    const workshop = createWorkshop()
    const wrong = workshop.run('json-query', { value: { expression: 1 }, blobs: [] }, run.signal)
    await expect(wrong).rejects.toMatchObject({ errorType: 'tool_error' })
    run.abort()
  })
})
