import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Node, openStage, type Stage } from '../../../test/executions-stage.ts'
import type { SeededUser } from '../../../test/released-skill.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { LARGEST_PAGE_BYTES } from '../../platform/db/read-within.ts'
import { bytesOnPage } from './rules.ts'
import { insertExecution } from './store.ts'

let stage: Stage
let node: Node
let me: SeededUser
beforeAll(async () => {
  stage = await openStage()
  node = await stage.node()
  me = await stage.somebody()
})
afterAll(() => stage.close())

/** One queued run for each size of an input, the last one newest; tells their ids, newest first. */
async function keepRuns(sizes: readonly number[]): Promise<string[]> {
  const skill = await stage.release('export async function go() {}')
  const installationId = await stage.install(me, skill)
  const { fullName, versionId, semver } = skill
  const created: string[] = []
  for (const [index, size] of sizes.entries()) {
    const createdAt = new Date(Date.UTC(2026, 0, 1) + index)
    const id = createIds({ now: () => createdAt }).make('execution')
    const what = {
      skill: fullName,
      versionId,
      semver,
      installationId,
      action: 'go',
      input: 'x'.repeat(size),
      files: {},
      draftId: null,
      granted: null,
      priority: 0,
    }
    const row = { id, userId: me.userId, ...what, fingerprint: '', idempotencyKey: null, createdAt }
    await insertExecution(stage.test.database.q, row)
    created.unshift(id)
  }
  return created
}

test('a page of large runs is short, and the pages together still have every run once', async () => {
  const million = 1_000_000
  const sizes = [10, million, 10, ...Array<number>(14).fill(million), ...Array<number>(12).fill(10), 6 * million, 10]
  const ids = await keepRuns(sizes)
  const seen: string[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await node.executions.list(me.userId, { limit: 100, ...(cursor === undefined ? {} : { cursor }) })
    const bytes = page.items.reduce((sum, run) => sum + bytesOnPage(run), 0)
    expect(page.items.length).toBeGreaterThan(0)
    expect(page.items.length === 1 || bytes <= LARGEST_PAGE_BYTES).toBe(true)
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(ids)
  const small = await node.executions.list(me.userId, { limit: 1 })
  expect(small.items.map(({ id }) => id)).toEqual(ids.slice(0, 1))
})
