import type { Role, Scope } from '@guildhall/contracts'

/** Who makes a request, as far as the edge has to know. */
export interface Caller {
  userId: string
  handle: string
  role: Role
  /** `all` for a person's own session. */
  scopes: 'all' | readonly Scope[]
  via: 'cookie' | 'token' | 'key'
  /** The session that carries the request; null for an API key. */
  sessionId: string | null
  /** When the key ends; absent and null: it does not, or it is a session, which is prolonged by use. */
  expiresAt?: Date | null
}

/** What authentication needs of a request. */
export interface Credentials {
  cookie: string | null
  authorization: string | null
}

/** Finds out who is calling. Null: nobody. Throws `auth.required` for credentials that are wrong or outdated. */
export type Authenticate = (credentials: Credentials) => Promise<Caller | null>

export function hasScope(caller: Caller, scope: Scope): boolean {
  return caller.scopes === 'all' || caller.scopes.includes(scope)
}
