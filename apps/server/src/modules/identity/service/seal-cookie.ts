import type { Secrets } from './make-secrets.ts'
import { sessionLifetimeMs } from '../rules.ts'

/** The session cookie, written and read. */
export interface SessionCookie {
  /** The Set-Cookie line that keeps a session. */
  keep(sessionToken: string): string
  /** The Set-Cookie line that clears it. */
  clear(): string
  /** The session's token in a Cookie header; null where there is none that we sealed. */
  read(header: string): string | null
}

/** `__Host-` makes browsers refuse the cookie from other hosts and without https. */
export function createSessionCookie({ isSecure, secrets }: { isSecure: boolean; secrets: Secrets }): SessionCookie {
  const name = isSecure ? '__Host-guildhall_session' : 'guildhall_session'
  const line = (value: string, maxAgeSeconds: number) =>
    `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    keep: (sessionToken) => line(secrets.cookieValue(sessionToken), sessionLifetimeMs / 1000),
    clear: () => line('', 0),
    read(header) {
      const pairs = header.split(';').map((pair) => pair.trim())
      const found = pairs.find((pair) => pair.startsWith(`${name}=`))
      return found === undefined ? null : secrets.readCookieValue(found.slice(name.length + 1))
    },
  }
}
