import { AppError, type Page, type PageQuery, type Tokens } from '@guildhall/contracts'
import type { Queryable } from '../../platform/db/database.ts'
import type { Authenticate, Caller } from '../../platform/auth/caller.ts'
import { mayPublishAs } from './access.ts'
import {
  type ApiKeyView,
  type MeView,
  meView,
  type PublisherRecord,
  type PublisherView,
  publisherView,
  type UserChange,
  type UserRecord,
  type UserView,
} from './rules.ts'
import { changePublisher, changeUser, listUsers } from './service/administer-users.ts'
import { assembleParts, type IdentityDeps } from './service/assemble-parts.ts'
import { authenticateCaller } from './service/authenticate-caller.ts'
import { ensureAdmin, ensurePublisher, type FirstAdmin } from './service/ensure-principals.ts'
import { changePassword } from './service/change-password.ts'
import { createKey, listKeys, type NewKey, revokeKey } from './service/manage-keys.ts'
import type { Entrance, Transport, Visit } from './service/open-session.ts'
import { refreshSession } from './service/refresh-session.ts'
import { type NewAccount, registerAccount } from './service/register-account.ts'
import { signIn, signOut } from './service/sign-in.ts'
import { createLoginThrottle } from './service/throttle-logins.ts'
import { findPublisher, handlesById, personalHandle, publishersOwnedBy } from './store/publishers.ts'
import { findUser } from './store/users.ts'

/** Accounts, sessions, API keys and publishers. */
export interface Identity {
  /** Throws auth.email-taken, auth.handle-taken (reserved handles too), request.invalid. */
  register(account: NewAccount, entrance: { transport: Transport; visit: Visit }): Promise<Entrance>
  /** Throws auth.invalid-credentials (suspended users too), request.rate-limited after ten failures in 15 minutes. */
  login(
    credentials: { email: string; password: string },
    entrance: { transport: Transport; visit: Visit },
  ): Promise<Entrance>
  /** Ends the caller's session; answers the Set-Cookie line that clears the cookie. Throws auth.forbidden for an API key. */
  logout(caller: Caller): Promise<{ cookie: string }>
  me(caller: Caller): Promise<MeView>
  /** Throws auth.refresh-refused; a token that was used before ends its session. */
  refresh(refreshToken: string): Promise<Tokens>

  /** Newest first, without those that are revoked. */
  /** Every other session ends; API keys stay. Throws auth.invalid-credentials, request.rate-limited. */
  changePassword(caller: Caller, change: { currentPassword: string; newPassword: string }): Promise<void>

  listKeys(caller: Caller, page: PageQuery): Promise<Page<ApiKeyView>>
  /** The only time the secret is seen. Throws auth.forbidden for scopes beyond the caller's own, auth.too-many-keys. */
  createKey(caller: Caller, key: NewKey): Promise<{ key: ApiKeyView; secret: string }>
  /** Throws auth.key-not-found. */
  revokeKey(caller: Caller, id: string): Promise<void>

  /** Newest first. */
  listUsers(query: PageQuery & { text?: string | undefined }): Promise<Page<UserView>>
  /** Throws user.not-found, user.last-admin. Suspension ends sessions and keys at once. */
  changeUser(caller: Caller, target: { id: string; change: UserChange }): Promise<UserView>
  /** Throws publisher.not-found. */
  changePublisher(caller: Caller, target: { handle: string; verified: boolean }): Promise<PublisherView>
  /** Throws publisher.not-found. */
  publisherProfile(handle: string): Promise<PublisherView>

  authenticate: Authenticate

  publisherByHandle(q: Queryable, handle: string): Promise<PublisherRecord | null>
  /** The personal one first. */
  publishersOf(q: Queryable, userId: string): Promise<PublisherRecord[]>
  /** Only its owner may publish in a publisher's name; administrators may not. */
  mayPublishAs(caller: Pick<Caller, 'userId'>, publisher: Pick<PublisherRecord, 'ownerUserId'>): boolean
  userById(q: Queryable, id: string): Promise<UserRecord | null>
  /** Handle of the user's personal publisher. */
  handleOf(q: Queryable, userId: string): Promise<string | null>
  /** Handles by id, of those of these ids that name a user or a publisher; at most some hundred at once. */
  handlesOf(q: Queryable, ids: readonly string[]): Promise<Record<string, string>>

  /** Creates the first administrator, `@admin`, where there is none; without a password it makes one up and tells it this once. */
  ensureAdmin(admin: { email: string; password: string | null }): Promise<FirstAdmin>
  /** Creates a publisher that is not personal, reserved handle or not, or answers the one its owner has. Throws auth.handle-taken. */
  ensurePublisher(
    publisher: Pick<PublisherRecord, 'handle' | 'displayName' | 'verified'> & { ownerUserId: string },
  ): Promise<PublisherRecord>
}

const MAX_THROTTLED_EMAILS = 50_000

export function createIdentity(deps: IdentityDeps): Identity {
  const parts = assembleParts(deps)
  const { database } = parts
  const throttle = createLoginThrottle({ clock: deps.clock, maxEmails: MAX_THROTTLED_EMAILS })

  return {
    register: (account, entrance) => registerAccount(parts, account, entrance),
    login: (credentials, entrance) => signIn({ ...parts, throttle }, credentials, entrance),
    logout: (caller) => signOut(parts, caller),
    async me({ userId }) {
      const user = await findUser(database.q, userId)
      if (!user) throw new AppError('auth.required')
      return meView(user)
    },
    refresh: (refreshToken) => refreshSession(parts, refreshToken),

    changePassword: (caller, change) => changePassword({ ...parts, throttle }, caller, change),

    listKeys: (caller, page) => listKeys(parts, caller, page),
    createKey: (caller, key) => createKey(parts, caller, key),
    revokeKey: (caller, id) => revokeKey(parts, caller, id),

    listUsers: (query) => listUsers(parts, query),
    changeUser: (caller, target) => changeUser(parts, caller, target),
    changePublisher: (caller, target) => changePublisher(parts, caller, target),
    async publisherProfile(handle) {
      const publisher = await findPublisher(database.q, handle)
      if (!publisher) throw new AppError('publisher.not-found', { handle })
      return publisherView(publisher)
    },

    authenticate: (credentials) => authenticateCaller(parts, credentials),

    publisherByHandle: findPublisher,
    publishersOf: publishersOwnedBy,
    mayPublishAs,
    userById: findUser,
    handleOf: personalHandle,
    handlesOf: handlesById,

    ensureAdmin: (admin) => ensureAdmin(parts, admin),
    ensurePublisher: (publisher) => ensurePublisher(parts, publisher),
  }
}
