import { type ActionCase, type Execution, type ExecutionEvent, type Installation, JsonValue } from '@guildhall/contracts'
import type { Guildhall } from '@guildhall/sdk'
import * as z from 'zod'
import { type ExamplePackage, evalsOf } from './example-package.ts'

const PUBLISHER = 'guildhall'
const DAY_MS = 86_400_000

/** As a server that publishes the examples calls it. */
export const fullNameOf = (name: string): `@${string}/${string}` => `@${PUBLISHER}/${name}`

/** For every action a case that comes out well, one with files where there is one. */
export function caseOfEachAction(example: ExamplePackage): ActionCase[] {
  const wins = evalsOf(example).cases.filter((given) => 'output' in given.expect)
  const actions = [...new Set(wins.map(({ action }) => action))]
  return actions.flatMap((action) => {
    const cases = wins.filter((given) => given.action === action)
    return cases.find(({ files }) => Object.keys(files).length > 0) ?? cases[0] ?? []
  })
}

const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** What `habit-tracker` stores; no other example stores anything. */
const Habit = z.strictObject({ name: z.string(), days: z.array(z.number().int()).min(1) })

/** The inputs of `checkIn` after which exactly this is stored. */
function checkInsBefore(storage: ActionCase['storage']): JsonValue[] {
  return Object.values(storage).flatMap((stored) => {
    const { name, days } = Habit.parse(stored)
    return days.map((day) => ({ habit: name, date: dateOf(day), today: dateOf(day) }))
  })
}

export interface Run {
  skill: `@${string}/${string}`
  action: string
  input: JsonValue
  files: Record<string, string>
}

/** Runs an action by the API, and follows it to its end by its events. */
export async function runByApi(
  client: Guildhall,
  { skill, action, input, files }: Run,
): Promise<{ run: Execution; events: ExecutionEvent[] }> {
  const workspace = Object.entries(files).map(([path, text]) => ({
    path,
    contentBase64: Buffer.from(text).toString('base64'),
  }))
  const body = { skill, action, input, files: workspace }
  const { id } = await client.executions.start({ body }, { idempotencyKey: crypto.randomUUID() })
  const events: ExecutionEvent[] = []
  for await (const event of client.executions.events({ params: { id } })) events.push(event)
  return { run: await client.executions.get({ params: { id } }), events }
}

/** Puts an example into the library, with nothing stored but this. */
export async function installExample(
  client: Guildhall,
  name: string,
  storage: ActionCase['storage'] = {},
): Promise<Installation> {
  const skill = fullNameOf(name)
  const { permissions: granted } = await client.skills.version({
    params: { publisher: PUBLISHER, name, version: '1.0.0' },
  })
  const {
    items: [existing],
  } = await client.installations.list({ query: { skill } })
  if (existing && !granted.storage) return existing
  if (existing) await client.installations.uninstall({ params: { id: existing.id } })
  const installation = await client.installations.install({ body: { skill, granted } })
  for (const input of checkInsBefore(storage)) {
    const { run } = await runByApi(client, { skill, action: 'checkIn', input, files: {} })
    if (run.status !== 'succeeded') throw new Error(`${skill} could not be prepared: ${run.error?.message}`)
  }
  return installation
}
