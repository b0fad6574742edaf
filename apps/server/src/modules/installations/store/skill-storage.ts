import { and, eq, sql } from 'drizzle-orm'
import { JsonValue } from '@guildhall/contracts'
import { installations, skillStorage } from '../../../../db/schema/installations.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { exactJson, exactJsonText } from '../../../platform/db/exact-json.ts'

const at = (installationId: string, key: string) =>
  and(eq(skillStorage.installationId, installationId), eq(skillStorage.key, key))

/** Makes writers of one installation wait for each other. False: it is not installed any more. */
export async function lockStorage(q: Queryable, installationId: string): Promise<boolean> {
  const rows = await q
    .select({ id: installations.id })
    .from(installations)
    .where(eq(installations.id, installationId))
    .for('update')
  return rows.length > 0
}

/** Undefined where nothing is stored. */
export async function readValue(q: Queryable, installationId: string, key: string): Promise<JsonValue | undefined> {
  const [row] = await q
    .select({ text: exactJsonText(skillStorage.value) })
    .from(skillStorage)
    .where(at(installationId, key))
  return row?.text ? JsonValue.parse(JSON.parse(row.text)) : undefined
}

/** Sorted by their bytes. */
export async function readKeys(q: Queryable, installationId: string): Promise<string[]> {
  const rows = await q
    .select({ key: skillStorage.key })
    .from(skillStorage)
    .where(eq(skillStorage.installationId, installationId))
    .orderBy(sql`${skillStorage.key} collate "C"`)
  return rows.map((row) => row.key)
}

/** How much the other keys of this installation take up. */
export async function measureOthers(
  q: Queryable,
  installationId: string,
  key: string,
): Promise<{ keys: number; sizeBytes: number }> {
  const rows = await q
    .select({
      keys: sql<number>`count(*)::int`,
      sizeBytes: sql<number>`coalesce(sum(${skillStorage.sizeBytes}), 0)::int`,
    })
    .from(skillStorage)
    .where(and(eq(skillStorage.installationId, installationId), sql`${skillStorage.key} <> ${key}`))
  return rows[0] ?? { keys: 0, sizeBytes: 0 }
}

export interface StoredValue {
  installationId: string
  key: string
  value: JsonValue
  sizeBytes: number
  updatedAt: Date
}

export async function writeValue(q: Queryable, row: StoredValue): Promise<void> {
  const set = { value: exactJson(row.value), sizeBytes: row.sizeBytes, updatedAt: row.updatedAt }
  await q
    .insert(skillStorage)
    .values({ installationId: row.installationId, key: row.key, ...set })
    .onConflictDoUpdate({ target: [skillStorage.installationId, skillStorage.key], set })
}

/** False: there was no such key. */
export async function deleteValue(q: Queryable, installationId: string, key: string): Promise<boolean> {
  const rows = await q.delete(skillStorage).where(at(installationId, key)).returning({ key: skillStorage.key })
  return rows.length > 0
}
