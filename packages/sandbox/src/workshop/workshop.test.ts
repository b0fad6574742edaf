import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { descendantPids } from '../guests/resident-memory.ts'
import { createWorkshop } from './workshop.ts'
import { workshopFlags } from './workshop-process.ts'

const query = (expression: string) => ({ value: { value: 'x'.repeat(100), expression }, blobs: [] })

/* Doubles the value at each step: endless work, in endless memory, out of a few hundred bytes. */
const endless = `${'[@,@]|'.repeat(40)}to_string(@)`

const children = () => descendantPids(process.pid)

const probe = `
  const tried = (work) => { try { work(); return 'done' } catch (error) { return error.code } }
  const { readFileSync, writeFileSync, readdirSync } = require('node:fs')
  console.log(JSON.stringify({
    passwd: tried(() => readFileSync('/etc/passwd')),
    root: tried(() => readdirSync(process.argv[1])),
    write: tried(() => writeFileSync(process.argv[1] + '/x', '')),
    spawn: tried(() => require('node:child_process').spawnSync('true')),
    thread: tried(() => new (require('node:worker_threads').Worker)('1', { eval: true })),
    own: tried(() => readFileSync(process.argv[1] + '/packages/sandbox/package.json')),
  }))
`

describe('a workshop', () => {
  it('has a process that reads its own code and nothing else, writes nothing and starts nothing', async () => {
    const root = join(import.meta.dirname, '../../../..')
    const { stdout } = await promisify(execFile)(process.execPath, [...workshopFlags(), '-e', probe, root], { env: {} })
    const refused = 'ERR_ACCESS_DENIED'
    expect(JSON.parse(stdout)).toEqual({
      passwd: refused,
      root: refused,
      write: refused,
      spawn: refused,
      thread: refused,
      own: 'done',
    })
  })

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
