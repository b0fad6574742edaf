import { AppError, type Role } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { brokenUniqueConstraint } from '../../../platform/db/sql-state.ts'
import { isReservedHandle, nameProblem, type UserRecord } from '../rules.ts'
import { insertPublisher } from '../store/publishers.ts'
import type { Parts } from './assemble-parts.ts'
import { type Entrance, openSession, type Transport, type Visit } from './open-session.ts'

export interface NewAccount {
  email: string
  password: string
  name: string
  handle: string
}

/** Throws request.invalid where the text cannot stand as a name. */
export function requireName(text: string, field: string): void {
  const message = nameProblem(text)
  if (message !== null) throw new AppError('request.invalid', { where: 'body', issues: [{ path: field, message }] })
}

/** An account and its personal publisher, in the transaction of `q`. Throws the database's error for what is taken. */
export async function insertAccount(
  q: Queryable,
  { book, clock, ids }: Parts,
  account: Omit<NewAccount, 'password'> & { passwordHash: string; role: Role; verified: boolean },
): Promise<UserRecord> {
  const { email, name, handle, role, passwordHash, verified } = account
  const at = clock.now()
  const id = await book.openAccount(q, { email, name, role, passwordHash, at })
  await insertPublisher(q, {
    id: ids.make('publisher'),
    handle,
    displayName: name,
    kind: 'user',
    ownerUserId: id,
    isPersonal: true,
    verified,
    createdAt: at,
  })
  return { id, email, name, handle, role, status: 'active', createdAt: at }
}

/** Says what is taken, where that is what `error` means; else gives it back. */
export function takenError(error: unknown, { handle }: { handle: string }): unknown {
  const constraint = brokenUniqueConstraint(error)
  if (constraint === 'users_email_unique') return new AppError('auth.email-taken', {}, { cause: error })
  if (constraint === 'publishers_handle_unique') return new AppError('auth.handle-taken', { handle }, { cause: error })
  return error
}

/** Account, publisher and session come together or not at all. */
export async function registerAccount(
  parts: Parts,
  account: NewAccount,
  entrance: { transport: Transport; visit: Visit },
): Promise<Entrance> {
  const { audit, book, database } = parts
  const { handle } = account
  requireName(account.name, 'body.name')
  if (isReservedHandle(handle)) throw new AppError('auth.handle-taken', { handle })
  // Before the transaction: hashing takes long, and the embedded database has one session for everybody.
  const passwordHash = await book.hashPassword(account.password)
  try {
    return await database.transaction(async (q) => {
      const user = await insertAccount(q, parts, { ...account, passwordHash, role: 'user', verified: false })
      const entered = await openSession(q, parts, { user, ...entrance })
      await audit.record(q, { actor: user.id, action: 'user.registered', subject: user.id, facts: { handle } })
      return entered
    })
  } catch (error) {
    throw takenError(error, account)
  }
}
