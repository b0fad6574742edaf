import { cp, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectScope, settle } from '@guildhall/sdk/install'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countChanges, countedChanges, dieAtChange } from './die-at.ts'
import { mustWork, type RegistryStage, startRegistry } from './registry-stage.ts'

const POINTS = 20

let stage: RegistryStage
let at = ''

const place = (name: string, ...path: string[]) => join(stage.root, name, ...path)

/** Every path below a project but the homes of its user, with what it holds. */
async function snapshot(folder: string, prefix = ''): Promise<string[]> {
  const lines: string[] = []
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${prefix}${entry.name}`
    const real = join(folder, entry.name)
    if (['.cache', '.config'].includes(path)) continue
    if (entry.isDirectory()) lines.push(`${path}/`, ...(await snapshot(real, `${path}/`)))
    else lines.push(`${path} ${entry.isFile() ? await readFile(real, 'utf8') : `-> ${await readlink(real)}`}`)
  }
  return lines
}

const leftOvers = (lines: readonly string[]) =>
  lines.filter((line) => /\.guildhall-|guildhall\.lock\.|\.backup-/.test(line.split(' ')[0] ?? ''))

/** `POINTS` numbers from 1 to `last`, as far apart as they can be. */
const points = (last: number) => [
  ...new Set(Array.from({ length: POINTS }, (_, index) => 1 + Math.round((index * (last - 1)) / (POINTS - 1)))),
]

interface Outcome {
  nth: number
  settled: string[]
  repaired: string[]
}

/** Copies the project, dies at one change of the command, settles what that left, and runs the command again. */
async function dieAndRepair(from: string, command: readonly string[], nth: number): Promise<Outcome> {
  const name = `${from}-${nth}`
  await cp(place(from), place(name), { recursive: true, verbatimSymlinks: true })
  const died = await stage.run(name, command, { nodeArguments: dieAtChange(nth) })
  expect({ nth, code: died.code }).toEqual({ nth, code: null })
  await settle(projectScope(place(name)))
  const settled = await snapshot(place(name))
  const again = await stage.run(name, command)
  expect({ nth, code: again.code, err: again.code === 0 ? '' : again.err }).toEqual({ nth, code: 0, err: '' })
  return { nth, settled, repaired: await snapshot(place(name)) }
}

/** The names of the points at which the state was neither the old one nor the new one, or something was left. */
async function faultsAtEveryPoint(from: string, command: readonly string[]): Promise<string[]> {
  const before = await snapshot(place(from))
  const whole = `${from}-whole`
  await cp(place(from), place(whole), { recursive: true, verbatimSymlinks: true })
  const { code, err } = await stage.run(whole, command, { nodeArguments: countChanges })
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  const after = await snapshot(place(whole))
  const changes = countedChanges(err)
  expect(changes).toBeGreaterThan(POINTS)
  const faults: string[] = []
  for (const nth of points(changes)) {
    const { settled, repaired } = await dieAndRepair(from, command, nth)
    const isWhole = [before, after].some((state) => state.join('\n') === settled.join('\n'))
    if (!isWhole) faults.push(`at ${nth} of ${changes} neither the old state nor the new one: ${settled.join('\n')}`)
    if (repaired.join('\n') !== after.join('\n'))
      faults.push(`at ${nth} of ${changes} not repaired: ${repaired.join('\n')}`)
    for (const path of leftOvers([...settled, ...repaired])) faults.push(`at ${nth} of ${changes} left over: ${path}`)
  }
  return faults
}

beforeAll(async () => {
  stage = await startRegistry()
  at = `@${stage.handle}`
  await stage.publish({ name: 'leaf', version: '1.0.0', body: 'leaf one' })
  await stage.publish({ name: 'tea', version: '1.0.0', body: 'tea one', needs: `${at}/leaf@^1.0.0` })
  await stage.publish({ name: 'cup', version: '1.0.0', body: 'cup one' })
  for (const agent of ['.claude', '.windsurf']) await mkdir(place('base', agent), { recursive: true })
  await mustWork(stage.run('base', ['add', `${at}/cup`, '--yes']))
  await writeFile(place('base', '.agents', 'skills', 'cup', 'SKILL.md'), 'edited by its user')
  await cp(place('base'), place('full'), { recursive: true, verbatimSymlinks: true })
  await mustWork(stage.run('full', ['add', `${at}/tea`, '--yes']))
}, 180_000)

afterAll(() => stage?.stop(), 30_000)

describe('an installer that is killed', () => {
  it('while it adds two skills leaves the old state or the new one, and the next run brings the new one', async () => {
    expect(await faultsAtEveryPoint('base', ['add', `${at}/tea`, '--yes'])).toEqual([])
  }, 300_000)

  it('while it updates two skills leaves the old state or the new one, and the next run brings the new one', async () => {
    await stage.publish({ name: 'leaf', version: '1.1.0', body: 'leaf two' })
    await stage.publish({ name: 'tea', version: '1.1.0', body: 'tea two', needs: `${at}/leaf@^1.0.0` })
    expect(await faultsAtEveryPoint('full', ['update', '--yes'])).toEqual([])
  }, 300_000)
})

describe('two installers at once', () => {
  it('both end well, ten times, and everything is there', async () => {
    for (let round = 1; round <= 10; round += 1) {
      const name = `both-${round}`
      await mkdir(place(name, '.claude'), { recursive: true })
      const both = await Promise.all([
        stage.run(name, ['add', `${at}/tea`, '--yes']),
        stage.run(name, ['add', `${at}/cup`, '--yes']),
      ])
      expect(both.map(({ code, err }) => (code === 0 ? 'ok' : err))).toEqual(['ok', 'ok'])
      expect(await stage.run(name, ['verify'])).toMatchObject({ code: 0 })
      expect(await readdir(place(name, '.claude', 'skills'))).toEqual(['cup', 'leaf', 'tea'])
      expect(leftOvers(await snapshot(place(name)))).toEqual([])
    }
  }, 120_000)
})
