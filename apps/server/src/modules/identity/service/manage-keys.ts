import * as z from 'zod'
import { ApiKeyId, AppError, type Page, type PageQuery, type Scope } from '@guildhall/contracts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import type { Caller } from '../../../platform/auth/caller.ts'
import { keyExpiry, lacksForKey } from '../access.ts'
import { type ApiKeyView, apiKeyView, maxKeysPerUser } from '../rules.ts'
import * as store from '../store/keys.ts'
import { lockUser } from '../store/users.ts'
import type { Parts } from './assemble-parts.ts'
import { digestOf } from './make-secrets.ts'
import { requireName } from './register-account.ts'

const DAY_MS = 24 * 60 * 60_000
const Cursor = z.tuple([CursorTime, ApiKeyId])

export interface NewKey {
  name: string
  scopes: readonly Scope[]
  expiresInDays?: number | undefined
}

/** The caller's keys that are not revoked, newest first. */
export async function listKeys({ database }: Parts, caller: Caller, page: PageQuery): Promise<Page<ApiKeyView>> {
  const cursor = page.cursor === undefined ? null : decodeCursor(Cursor, page.cursor)
  const before = cursor && { createdAt: new Date(cursor[0]), id: cursor[1] }
  const rows = await store.newestKeys(database.q, { userId: caller.userId, before, limit: page.limit + 1 })
  return pageFrom(rows, page.limit, { item: apiKeyView, cursor: (key) => [key.createdAt.toISOString(), key.id] })
}

/** Only the digest of the secret is kept; this is the one time it is seen. A key that ends makes none that outlives it. */
export async function createKey(
  { audit, clock, database, ids, secrets }: Parts,
  caller: Caller,
  wanted: NewKey,
): Promise<{ key: ApiKeyView; secret: string }> {
  requireName(wanted.name, 'body.name')
  const scopes = [...new Set(wanted.scopes)]
  const lacks = lacksForKey(caller, scopes)
  if (lacks !== null) throw new AppError('auth.forbidden', { needs: lacks })
  const { secret, prefix } = secrets.apiKey()
  const now = clock.now()
  const { expiresInDays: days } = wanted
  const asked = days === undefined ? null : new Date(now.getTime() + days * DAY_MS)
  const expiresAt = keyExpiry(asked, caller.expiresAt ?? null)
  const key = { id: ids.make('apiKey'), name: wanted.name, prefix, scopes, createdAt: now, expiresAt, lastUsedAt: null }
  await database.transaction(async (q) => {
    const user = await lockUser(q, caller.userId)
    if (user?.status !== 'active') throw new AppError('auth.required')
    if ((await store.countKeysOf(q, user.id)) >= maxKeysPerUser) {
      throw new AppError('auth.too-many-keys', { limit: maxKeysPerUser })
    }
    await store.insertKey(q, { ...key, userId: user.id, hash: digestOf(secret) })
    await audit.record(q, { actor: user.id, action: 'key.created', subject: key.id, facts: { scopes } })
  })
  return { key: apiKeyView(key), secret }
}

/** From the next request on the key is worth nothing. */
export async function revokeKey(
  { audit, callers, clock, database }: Parts,
  { userId }: Pick<Caller, 'userId'>,
  keyId: string,
): Promise<void> {
  await database.transaction(async (q) => {
    const isRevoked = await store.revokeKey(q, { id: keyId, userId, at: clock.now() })
    if (!isRevoked) throw new AppError('auth.key-not-found', { id: keyId })
    database.afterCommit(q, () => callers.forget({ keyId }))
    await audit.record(q, { actor: userId, action: 'key.revoked', subject: keyId })
  })
}
