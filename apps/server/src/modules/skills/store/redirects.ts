import { and, eq } from 'drizzle-orm'
import { publishers } from '../../../../db/schema/identity.ts'
import { nameRedirects } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'

/** How many names a skill can have had. */
export const MOST_FORMER_NAMES = 50

/** The skill that had this address before; null where none had. */
export async function skillFormerlyAt(q: Queryable, publisher: string, name: string): Promise<string | null> {
  const rows = await q
    .select({ skillId: nameRedirects.skillId })
    .from(nameRedirects)
    .innerJoin(publishers, eq(publishers.id, nameRedirects.publisherId))
    .where(and(eq(publishers.handle, publisher), eq(nameRedirects.name, name)))
  return rows[0]?.skillId ?? null
}

/** The same, for a publisher by its id. */
export async function skillFormerlyNamed(q: Queryable, publisherId: string, name: string): Promise<string | null> {
  const rows = await q
    .select({ skillId: nameRedirects.skillId })
    .from(nameRedirects)
    .where(and(eq(nameRedirects.publisherId, publisherId), eq(nameRedirects.name, name)))
  return rows[0]?.skillId ?? null
}

export type RedirectRow = typeof nameRedirects.$inferSelect

/** Every name a skill had before, with the record of the rename that ended it. */
export async function redirectsOf(q: Queryable, skillId: string): Promise<RedirectRow[]> {
  return q.select().from(nameRedirects).where(eq(nameRedirects.skillId, skillId)).limit(MOST_FORMER_NAMES)
}

/** Makes an old name of a skill lead to it. */
export async function insertRedirect(q: Queryable, row: typeof nameRedirects.$inferInsert): Promise<void> {
  await q.insert(nameRedirects).values(row)
}

/** A skill has this name again. */
export async function deleteRedirect(q: Queryable, publisherId: string, name: string): Promise<void> {
  await q.delete(nameRedirects).where(and(eq(nameRedirects.publisherId, publisherId), eq(nameRedirects.name, name)))
}
