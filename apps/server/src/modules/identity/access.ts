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

/** What the actor lacks to make a key with these scopes; null where nothing is lacking. */
export function lacksForKey(actor: Actor, scopes: readonly Scope[]): string | null {
  const own = actor.scopes
  const missing = own === 'all' ? undefined : scopes.find((scope) => !own.includes(scope))
  if (missing !== undefined) return `scope ${missing}`
  return scopes.includes('admin') && actor.role !== 'admin' ? 'role admin' : null
}
