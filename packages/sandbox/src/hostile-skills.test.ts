import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isFor, loadHostileSkills } from '../test/bad-runtime-canary.ts'
import { benches } from '../test/bench-canary.ts'
import { allCanaries, type CanaryHost, openCanaryHost } from '../test/host-canary.ts'
import { changedSince, describeIntrinsics, listLeftovers } from '../test/leftovers-canary.ts'
import { findCanariesOnDisk } from '../test/skill-canary.ts'
import { hostMark } from './isolation/host-mark.ts'
import type { Engine } from './run.ts'

const skills = await loadHostileSkills()
const intrinsics = describeIntrinsics()
let host: CanaryHost

beforeAll(async () => {
  host = await openCanaryHost()
})
afterAll(() => host.close())

it('attack in at least 150 ways, in both languages', () => {
  expect(skills.length).toBeGreaterThanOrEqual(150)
  expect(skills.filter(({ language }) => language === 'python').length).toBeGreaterThanOrEqual(60)
})

const named = benches.map((bench) => [`${bench.runtime} (${bench.isolation})`, bench] as const)

describe.each(named)('hostile skills in %s', (_name, bench) => {
  const { runtime, isolation, language } = bench
  const own = skills.filter((skill) => skill.language === language && isFor(skill, runtime, isolation))
  let engine: Engine

  beforeAll(() => {
    engine = bench.create(2)
  })
  afterAll(() => engine.close())

  it('find their runtime ready', async () => {
    expect(await engine.status()).toMatchObject({ kind: language, runnable: true })
  })

  it.concurrent.each(own.map((skill) => [skill.name, skill] as const))('%s', async (_skill, skill) => {
    expect(await host.attack(engine, skill, bench)).toEqual([])
  })

  it('take nothing with them and leave nothing behind', async () => {
    const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(hostMark()))
    const onDisk = await Promise.all(folders.map((name) => findCanariesOnDisk(allCanaries, join(tmpdir(), name))))
    await engine.close()
    expect(onDisk.flat()).toEqual([])
    expect(listLeftovers()).toEqual([])
    expect(await host.damage()).toEqual([])
    expect(changedSince(intrinsics)).toEqual([])
  })
})
