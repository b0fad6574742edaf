import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { ExecutionEvent } from '@guildhall/contracts'
import { executionEvents, executions } from '../../../../db/schema/executions.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { exactJsonText } from '../../../platform/db/exact-json.ts'
import { type Claim, heldBy } from './claims.ts'

export async function lastSeq(q: Queryable, executionId: string): Promise<number> {
  const rows = await q
    .select({ seq: sql<number>`coalesce(max(${executionEvents.seq}), 0)::int` })
    .from(executionEvents)
    .where(eq(executionEvents.executionId, executionId))
  return rows[0]?.seq ?? 0
}

const valuesOf = (events: readonly ExecutionEvent[]) =>
  sql.join(
    events.map((event) => sql`(${event.seq}::int, ${event.at}::timestamptz, ${JSON.stringify(event)}::text)`),
    sql`, `,
  )

/** Appends events of a running attempt in one statement. False: the attempt is not ours any more, and nothing was written. */
export async function appendEvents(q: Queryable, claim: Claim, events: readonly ExecutionEvent[]): Promise<boolean> {
  if (events.length === 0) return true
  const result = await q.execute(sql`
    with held as (select ${executions.id} as id from ${executions} where ${heldBy(claim)} for share)
    insert into ${executionEvents} (execution_id, seq, at, event)
    select held.id, v.seq, v.at, to_jsonb(v.event) from held, (values ${valuesOf(events)}) as v(seq, at, event)`)
  return result.rowCount === events.length
}

/** Appends the event that belongs to a change of the row in the same transaction. */
export async function appendEvent(q: Queryable, executionId: string, event: ExecutionEvent): Promise<void> {
  await q.execute(sql`
    insert into ${executionEvents} (execution_id, seq, at, event)
    values (${executionId}, ${event.seq}, ${event.at}::timestamptz, to_jsonb(${JSON.stringify(event)}::text))`)
}

/** Events after `seq` in order. */
export async function eventsAfter(
  q: Queryable,
  page: { executionId: string; after: number; limit: number },
): Promise<ExecutionEvent[]> {
  const rows = await q
    .select({ text: exactJsonText(executionEvents.event) })
    .from(executionEvents)
    .where(and(eq(executionEvents.executionId, page.executionId), gt(executionEvents.seq, page.after)))
    .orderBy(asc(executionEvents.seq))
    .limit(page.limit)
  return rows.map((row) => ExecutionEvent.parse(JSON.parse(row.text ?? 'null')))
}
