import { afterAll, beforeAll, describe } from 'vitest'
import { descendantPids } from '../src/guests/resident-memory.ts'
import type { Engine } from '../src/run.ts'
import { createBench, PREPARED_WITHIN_MS } from './conformance/bench.ts'
import { describeCalls } from './conformance/calls.ts'
import { describeEnds } from './conformance/ends.ts'
import { describeValuesAndStreams } from './conformance/values-and-streams.ts'
import type { ConformanceSkills } from './conformance-skills.ts'

/** What every engine must do, whatever it runs on. Give it a fresh engine and the skills in the engine's language. */
export function describeEngine(name: string, createEngine: () => Engine, skills: ConformanceSkills) {
  describe(`${name} passes the conformance suite`, () => {
    let engine: Engine
    const before = new Set(descendantPids(process.pid))

    beforeAll(async () => {
      engine = createEngine()
      await engine.status()
    }, PREPARED_WITHIN_MS)
    afterAll(async () => {
      await engine.close()
    })

    const bench = createBench({ skills, engine: () => engine, createEngine, before })
    describeValuesAndStreams(bench)
    describeCalls(bench)
    describeEnds(bench)
  })
}
