import { AppError } from '@guildhall/contracts'
import { brokenUniqueConstraint } from '../../../platform/db/sql-state.ts'
import type { PublisherRecord } from '../rules.ts'
import { findPublisher, insertPublisher } from '../store/publishers.ts'
import { hasActiveAdmin } from '../store/users.ts'
import type { Parts } from './assemble-parts.ts'
import { insertAccount, takenError } from './register-account.ts'

const ADMIN_HANDLE = 'admin'
const SYSTEM = 'system'

export interface FirstAdmin {
  created: boolean
  /** Told once, and only where no password was configured. */
  oneTimePassword: string | null
}

/** Does nothing where somebody administers already. Throws auth.email-taken, auth.handle-taken. */
export async function ensureAdmin(
  parts: Parts,
  admin: { email: string; password: string | null },
): Promise<FirstAdmin> {
  const { audit, book, database, secrets } = parts
  if (await hasActiveAdmin(database.q)) return { created: false, oneTimePassword: null }
  const oneTimePassword = admin.password === null ? secrets.readablePassword() : null
  const passwordHash = await book.hashPassword(admin.password ?? oneTimePassword ?? '')
  const account = { email: admin.email.toLowerCase(), name: 'Administrator', handle: ADMIN_HANDLE }
  try {
    await database.transaction(async (q) => {
      const user = await insertAccount(q, parts, { ...account, passwordHash, role: 'admin', verified: true })
      const facts = { handle: ADMIN_HANDLE, role: 'admin' }
      await audit.record(q, { actor: SYSTEM, action: 'user.registered', subject: user.id, facts })
    })
  } catch (error) {
    // Another process that starts at the same time may have been first.
    if (await hasActiveAdmin(database.q)) return { created: false, oneTimePassword: null }
    throw takenError(error, account)
  }
  return { created: true, oneTimePassword }
}

/** The publisher of this handle, made where there is none, reserved handle or not. Throws auth.handle-taken for somebody else's. */
export async function ensurePublisher(
  { audit, clock, database, ids }: Parts,
  wanted: Pick<PublisherRecord, 'handle' | 'displayName' | 'verified'> & { ownerUserId: string },
): Promise<PublisherRecord> {
  const { handle, displayName, ownerUserId, verified } = wanted
  const existing = async () => {
    const found = await findPublisher(database.q, handle)
    if (found && found.ownerUserId !== ownerUserId) throw new AppError('auth.handle-taken', { handle })
    return found
  }
  const found = await existing()
  if (found) return found
  const id = ids.make('publisher')
  const createdAt = clock.now()
  const made: PublisherRecord = {
    id,
    handle,
    displayName,
    kind: 'team',
    ownerUserId,
    isPersonal: false,
    verified,
    createdAt,
  }
  try {
    await database.transaction(async (q) => {
      await insertPublisher(q, made)
      await audit.record(q, { actor: SYSTEM, action: 'publisher.created', subject: id, facts: { handle, verified } })
    })
    return made
  } catch (error) {
    const winner = brokenUniqueConstraint(error) === null ? null : await existing()
    if (winner) return winner
    throw error
  }
}
