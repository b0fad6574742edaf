import { and, eq, notInArray } from 'drizzle-orm'
import { installationSecrets } from '../../../../db/schema/installations.ts'
import type { Queryable } from '../../../platform/db/database.ts'

export interface SealedSecret {
  installationId: string
  name: string
  sealed: string
  updatedAt: Date
}

const at = (installationId: string, name: string) =>
  and(eq(installationSecrets.installationId, installationId), eq(installationSecrets.name, name))

/** When each of them got its value. */
export async function listSecrets(q: Queryable, installationId: string): Promise<{ name: string; updatedAt: Date }[]> {
  return q
    .select({ name: installationSecrets.name, updatedAt: installationSecrets.updatedAt })
    .from(installationSecrets)
    .where(eq(installationSecrets.installationId, installationId))
}

export async function findSecret(q: Queryable, installationId: string, name: string): Promise<SealedSecret | null> {
  const rows = await q.select().from(installationSecrets).where(at(installationId, name))
  return rows[0] ?? null
}

export async function putSecret(q: Queryable, secret: SealedSecret): Promise<void> {
  const { sealed, updatedAt } = secret
  await q
    .insert(installationSecrets)
    .values(secret)
    .onConflictDoUpdate({
      target: [installationSecrets.installationId, installationSecrets.name],
      set: { sealed, updatedAt },
    })
}

/** False: it had no value. */
export async function deleteSecret(q: Queryable, installationId: string, name: string): Promise<boolean> {
  const rows = await q
    .delete(installationSecrets)
    .where(at(installationId, name))
    .returning({ name: installationSecrets.name })
  return rows.length > 0
}

/** Forgets the values of all but the named ones. */
export async function keepSecrets(q: Queryable, installationId: string, names: readonly string[]): Promise<void> {
  const isOther = names.length === 0 ? undefined : notInArray(installationSecrets.name, [...names])
  await q.delete(installationSecrets).where(and(eq(installationSecrets.installationId, installationId), isOther))
}
