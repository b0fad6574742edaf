import type { ApiKey, Me, Publisher, Role, Scope, SignedIn, User, UserStatus } from '@guildhall/contracts'
import type * as z from 'zod'

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

/** An API key without its secret. */
export interface KeyRecord {
  id: string
  name: string
  prefix: string
  scopes: Scope[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
}

/** What the contracts take before they parse it. */
export type MeView = z.input<typeof Me>
export type UserView = z.input<typeof User>
export type ApiKeyView = z.input<typeof ApiKey>
export type PublisherView = z.input<typeof Publisher>
export type SignedInView = z.input<typeof SignedIn>

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

export const sessionLifetimeMs = 30 * DAY_MS
export const accessTokenLifetimeMs = 15 * MINUTE_MS
/** How old `lastUsedAt` of a key may grow while the key is used. */
export const lastUsedPrecisionMs = MINUTE_MS
export const maxKeysPerUser = 100
export const maxSessionsPerUser = 100
export const loginLimit = { maxFailures: 10, windowMs: 15 * MINUTE_MS }

/** First path segments of the web, names of the platform, and names that would mislead. */
const RESERVED = new Set(
  `about account accounts admin administrator agent agents anonymous api app apps assets assistant auth blog bundle bundles
  categories category cli contact dashboard desktop developer developers develop device devices docs download downloads everyone
  execution executions explore favicon feed files fonts guildhall healthz help home images index installations invite jobs keys
  legal library licence licences license login logout maintenance marketplace mcp me metrics moderator new news nobody null
  official openapi orders organization organizations payments payouts plans press pricing privacy profile profiles publish
  publisher publishers readyz register registry relay reports reset review reviews robots root sandbox sdk search security seeds
  session sessions settings signin signup sitemap skill skills staff static status submissions submit support system team teams
  terms trust undefined user users verified version versions webhooks well-known workflow workflows www`.split(/\s+/),
)

/** Nobody but the server itself makes a publisher of this handle. */
export function isReservedHandle(handle: string): boolean {
  return RESERVED.has(handle)
}

const UNSHOWABLE = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/u

/** Why `text` cannot stand on a page as a name; null where it can. */
export function nameProblem(text: string): string | null {
  return UNSHOWABLE.test(text) ? 'must not contain control characters or marks that change the direction of text' : null
}

/** The failures that still count, oldest first. */
export function countedFailures(failuresMs: readonly number[], nowMs: number): number[] {
  return failuresMs.filter((at) => nowMs - at < loginLimit.windowMs)
}

/** Whole seconds until another attempt is allowed; 0 where it is now. */
export function loginWaitSeconds(failuresMs: readonly number[], nowMs: number): number {
  const counted = countedFailures(failuresMs, nowMs)
  const freeing = counted.at(-loginLimit.maxFailures)
  return freeing === undefined ? 0 : Math.ceil((freeing + loginLimit.windowMs - nowMs) / 1000)
}

export interface PresentedRefreshToken {
  createdAt: Date
  usedAt: Date | null
  sessionExpiresAt: Date
  userStatus: UserStatus
}

/** `reused` ends the session: somebody else may hold the token. */
export function judgeRefreshToken(token: PresentedRefreshToken, now: Date): 'good' | 'reused' | 'outdated' {
  if (token.usedAt !== null) return 'reused'
  const expiresMs = Math.min(token.sessionExpiresAt.getTime(), token.createdAt.getTime() + sessionLifetimeMs)
  return expiresMs > now.getTime() && token.userStatus === 'active' ? 'good' : 'outdated'
}

export interface UserChange {
  role?: Role | undefined
  status?: UserStatus | undefined
}

/** Whether the change would leave nobody who administers. */
export function wouldLoseLastAdmin(activeAdminIds: readonly string[], userId: string, change: UserChange): boolean {
  if (!activeAdminIds.includes(userId) || activeAdminIds.length > 1) return false
  return (change.role ?? 'admin') !== 'admin' || (change.status ?? 'active') !== 'active'
}

export function meView(user: UserRecord): MeView {
  const { id, email, name, handle, role } = user
  return { id, email, name, handle, role, createdAt: user.createdAt.toISOString() }
}

export function userView(user: UserRecord): UserView {
  return { ...meView(user), status: user.status }
}

export function apiKeyView(key: KeyRecord): ApiKeyView {
  const { id, name, prefix, scopes } = key
  return {
    id,
    name,
    prefix,
    scopes,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  }
}

export function publisherView(publisher: PublisherRecord): PublisherView {
  const { handle, displayName, kind, verified } = publisher
  return { handle, displayName, kind, verified, createdAt: publisher.createdAt.toISOString() }
}
