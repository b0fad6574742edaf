import type { Role, Scope } from '@guildhall/contracts'
import type { PublisherRecord } from './rules.ts'

/** The part of a caller that these decisions read. */
interface Actor {
  userId: string
  role: Role
  scopes: 'all' | readonly Scope[]
}

/** Only its owner may publish in a publisher's name; administrators may not. */
export function mayPublishAs(actor: Pick<Actor, 'userId'>, publisher: Pick<PublisherRecord, 'ownerUserId'>): boolean {
  return publisher.ownerUserId !== null && publisher.ownerUserId === actor.userId
}

/** As whom a key acts: an administrator's key without the scope for it is like anybody's, whatever else it may do. */
export function roleOfKey({ role, scopes }: { role: Role; scopes: readonly Scope[] }): Role {
  return role === 'admin' && !scopes.includes('admin') ? 'user' : role
}

/** When a key that is to end then ends: no later than the key that makes it. Null: never. */
export function keyExpiry(wanted: Date | null, ofMaker: Date | null): Date | null {
  if (ofMaker === null || wanted === null) return wanted ?? ofMaker
  return wanted < ofMaker ? wanted : ofMaker
}

/** What the actor lacks to make a key with these scopes; null where nothing is lacking. */
export function lacksForKey(actor: Actor, scopes: readonly Scope[]): string | null {
  const own = actor.scopes
  const missing = own === 'all' ? undefined : scopes.find((scope) => !own.includes(scope))
  if (missing !== undefined) return `scope ${missing}`
  return scopes.includes('admin') && actor.role !== 'admin' ? 'role admin' : null
}
