import type {
  ApiKey,
  Me,
  Page,
  PageQuery,
  Publisher,
  Role,
  Scope,
  SignedIn,
  Tokens,
  User,
  UserStatus,
} from '@guildhall/contracts'
import type { Queryable } from '../../platform/db/database.ts'
import type { Authenticate, Caller } from '../../platform/http/caller.ts'

/** A public name under which skills are published. */
export interface PublisherRecord {
  id: string
  handle: string
  displayName: string
  kind: 'user' | 'agent' | 'team'
  ownerUserId: string | null
  /** The one that stands for its user. */
  isPersonal: boolean
  verified: boolean
  createdAt: Date
}

/** An account with the handle of its personal publisher. */
export interface UserRecord {
  id: string
  email: string
  name: string
  handle: string
  role: Role
  status: UserStatus
  createdAt: Date
}

/** Where a sign-in comes from, kept with its session. */
export interface Visit {
  address: string
  userAgent: string | null
}

export type Transport = 'cookie' | 'bearer'

/** What a sign-in answers, and the Set-Cookie line where the transport is a cookie. */
export interface Entrance {
  signedIn: SignedIn
  cookie: string | null
}

export interface NewAccount {
  email: string
  password: string
  name: string
  handle: string
}

/** Accounts, sessions, API keys and publishers. */
export interface Identity {
  /** Throws auth.email-taken, auth.handle-taken (reserved handles too), request.invalid. */
  register(account: NewAccount, transport: Transport, visit: Visit): Promise<Entrance>
  /** Throws auth.invalid-credentials (suspended users too), request.rate-limited after ten failures in 15 minutes. */
  login(credentials: { email: string; password: string }, transport: Transport, visit: Visit): Promise<Entrance>
  /** Ends the caller's session; answers the Set-Cookie line that clears the cookie. */
  logout(caller: Caller): Promise<{ cookie: string }>
  me(caller: Caller): Promise<Me>
  /** Throws auth.refresh-refused; a token that was used before ends its session. */
  refresh(refreshToken: string): Promise<Tokens>

  listKeys(caller: Caller, page: PageQuery): Promise<Page<ApiKey>>
  /** The only time the secret is seen. Throws auth.forbidden for scopes beyond the caller's own. */
  createKey(
    caller: Caller,
    key: { name: string; scopes: readonly Scope[]; expiresInDays?: number | undefined },
  ): Promise<{ key: ApiKey; secret: string }>
  /** Throws auth.key-not-found. */
  revokeKey(caller: Caller, id: string): Promise<void>

  listUsers(query: PageQuery & { text?: string | undefined }): Promise<Page<User>>
  /** Throws user.not-found, user.last-admin. Suspension ends sessions and keys at once. */
  changeUser(
    caller: Caller,
    id: string,
    change: { role?: Role | undefined; status?: UserStatus | undefined },
  ): Promise<User>
  /** Throws publisher.not-found. */
  changePublisher(caller: Caller, handle: string, change: { verified: boolean }): Promise<Publisher>
  /** Throws publisher.not-found. */
  publisherProfile(handle: string): Promise<Publisher>

  authenticate: Authenticate

  publisherByHandle(q: Queryable, handle: string): Promise<PublisherRecord | null>
  /** The personal one first. */
  publishersOf(q: Queryable, userId: string): Promise<PublisherRecord[]>
  /** Only its owner may publish in a publisher's name; administrators may not. */
  mayPublishAs(caller: Caller, publisher: Pick<PublisherRecord, 'ownerUserId'>): boolean
  userById(q: Queryable, id: string): Promise<UserRecord | null>
  /** Handle of the user's personal publisher. */
  handleOf(q: Queryable, userId: string): Promise<string | null>

  /** Creates the first administrator, `@admin`, where there is none; without a password it makes one up and tells it this once. */
  ensureAdmin(admin: {
    email: string
    password: string | null
  }): Promise<{ created: boolean; oneTimePassword: string | null }>
  /** Creates a publisher that is not personal, reserved handle or not, or answers the one its owner has. Throws auth.handle-taken. */
  ensurePublisher(publisher: {
    handle: string
    displayName: string
    ownerUserId: string
    verified: boolean
  }): Promise<PublisherRecord>
}
