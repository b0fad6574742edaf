import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { skills, versions } from '../../../db/schema/skills.ts'
import { type Node, openStage, readToEnd, type Stage, startRun } from '../../../test/executions-stage.ts'
import type { SeededSkill, SeededUser } from '../../../test/released-skill.ts'

let stage: Stage
let node: Node
let me: SeededUser
beforeAll(async () => {
  stage = await openStage()
  node = await stage.node()
  node.work()
  me = await stage.somebody()
})
afterAll(() => stage.close())

async function installed(): Promise<SeededSkill> {
  const skill = await stage.release('export async function go() { return 1 }')
  await stage.install(me, skill)
  return skill
}

async function ends(skill: SeededSkill) {
  const { id } = await startRun(node, me, skill, { action: 'go' })
  await readToEnd(node, me, id)
  return (await node.executions.get(me.userId, id)).status
}

test.each(['suspended', 'withdrawn'] as const)('a version that was %s starts no run, and says why', async (status) => {
  const skill = await installed()
  const set = { status, statusReason: 'it sends your files away' }
  await stage.test.database.q.update(versions).set(set).where(eq(versions.id, skill.versionId))
  await expect(startRun(node, me, skill, { action: 'go' })).rejects.toMatchObject({
    code: 'version.unavailable',
    facts: { skill: skill.fullName, version: '1.0.0', state: status, reason: set.statusReason },
  })
  expect((await stage.installations.list(me, { limit: 100, skill: skill.fullName })).items).toHaveLength(1)
})

test('a yanked version, and one of a skill that became private, run on', async () => {
  const [yanked, hidden] = [await installed(), await installed()]
  const { q } = stage.test.database
  await q.update(versions).set({ status: 'yanked' }).where(eq(versions.id, yanked.versionId))
  await q.update(skills).set({ visibility: 'private' }).where(eq(skills.id, hidden.skillId))
  expect(await ends(yanked)).toBe('succeeded')
  expect(await ends(hidden)).toBe('succeeded')
})

test('a version runs under the new name of its skill, verified as what it was signed as', async () => {
  const skill = await installed()
  const name = `${skill.fullName.split('/')[1]}-renamed`
  await stage.test.database.q.update(skills).set({ name }).where(eq(skills.id, skill.skillId))
  expect(await ends({ ...skill, fullName: `@${stage.author.handle}/${name}` })).toBe('succeeded')
})
