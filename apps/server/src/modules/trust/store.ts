import { asc } from 'drizzle-orm'
import { signatures, signingKeys } from '../../../db/schema/trust.ts'
import type { Queryable } from '../../platform/db/database.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect

/** True where the key was not known before. */
export async function insertKey(
  q: Queryable,
  key: { keyId: string; publicKey: string; createdAt: Date },
): Promise<boolean> {
  const rows = await q.insert(signingKeys).values(key).onConflictDoNothing().returning({ keyId: signingKeys.keyId })
  return rows.length > 0
}

export async function listKeys(q: Queryable): Promise<SigningKeyRow[]> {
  return q.select().from(signingKeys).orderBy(asc(signingKeys.createdAt)).limit(100)
}

export async function insertSignature(q: Queryable, row: typeof signatures.$inferInsert): Promise<void> {
  await q.insert(signatures).values(row).onConflictDoNothing()
}
