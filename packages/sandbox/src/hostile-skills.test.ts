import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isFor, loadHostileSkills } from '../test/bad-runtime-canary.ts'
import { benches } from '../test/bench-canary.ts'
import { allCanaries, type CanaryHost, openCanaryHost } from '../test/host-canary.ts'
import { changedSince, describeIntrinsics, listLeftovers } from '../test/leftovers-canary.ts'
import { createCanary, findCanaries, findCanariesOnDisk } from '../test/skill-canary.ts'
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

it('would be seen with what they steal, in every spelling', () => {
  const canary = createCanary('here')
  const text = Buffer.from(`before ${canary.value} after`)
  const told = [
    text,
    text.toString('base64'),
    `x${text.toString('base64')}`,
    text.toString('hex'),
    text.toString('utf8'),
  ]
  const backwards = Array.from(text.toString()).toReversed().join('')
  const wide = Buffer.from(text.toString(), 'utf16le')
  for (const seen of [...told.map((one) => Buffer.from(one)), Buffer.from(backwards), wide])
    expect(findCanaries([canary], seen)).toEqual(['here'])
  expect(findCanaries([createCanary('elsewhere')], text)).toEqual([])
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
    // So that an empty list at the end means something.
    expect(listLeftovers()).not.toEqual([])
  })

  it.concurrent.each(own.map((skill) => [skill.name, skill] as const))(
    '%s',
    async (_skill, skill) => {
      expect(await host.attack(engine, skill, bench)).toEqual([])
    },
    60_000,
  )

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
