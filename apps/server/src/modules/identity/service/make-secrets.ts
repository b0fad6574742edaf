import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import * as z from 'zod'
import type { Clock } from '../../../platform/clock/clock.ts'
import { accessTokenLifetimeMs } from '../rules.ts'

const ISSUER = 'guildhall'
const KEY_PREFIX = 'ghk_'
const SHOWN_CHARACTERS = 10
/** Without letters and digits that look alike. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789'

const AccessClaims = z.object({ sub: z.string(), sid: z.string() })

/** Who an access token speaks for; what they may do is looked up, never read from the token. */
export interface AccessClaims {
  userId: string
  sessionId: string
}

/** Makes and checks everything that proves who somebody is. */
export interface Secrets {
  accessToken(claims: AccessClaims): Promise<{ token: string; expiresAt: Date }>
  /** Null for a token that is forged, outdated or something else. */
  readAccessToken(token: string): Promise<AccessClaims | null>
  /** 256 random bits. */
  refreshToken(): string
  /** `ghk_` and 43 characters of base64url; the first ten characters are kept to recognise it. */
  apiKey(): { secret: string; prefix: string }
  /** Seals a session's token, so that neither guessing nor reading the database gives a cookie. */
  cookieValue(sessionToken: string): string
  /** Null for a value that we did not seal. */
  readCookieValue(value: string): string | null
  /** Five groups of five characters: 123 bits, to be read from a screen and typed. */
  readablePassword(): string
}

export function isApiKey(token: string): boolean {
  return token.startsWith(KEY_PREFIX)
}

/** What is stored of a random secret: it cannot be guessed, so a fast hash will do. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function readableText(length: number): string {
  const characters: string[] = []
  while (characters.length < length) {
    // Bytes beyond the last full round of the alphabet would favour its first letters.
    for (const byte of randomBytes(length)) {
      if (byte < 256 - (256 % READABLE.length)) characters.push(READABLE.charAt(byte % READABLE.length))
    }
  }
  return characters.slice(0, length).join('')
}

export function createSecrets({ clock, secret }: { clock: Clock; secret: string }): Secrets {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `guildhall ${purpose}`, 32))
  const tokenKey = derive('access token')
  const cookieKey = derive('session cookie')
  const seal = (token: string) => createHmac('sha256', cookieKey).update(token).digest('base64url')

  return {
    async accessToken({ userId, sessionId }) {
      const now = clock.now().getTime()
      const expiresAt = new Date(now + accessTokenLifetimeMs)
      const token = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setSubject(userId)
        .setIssuedAt(Math.floor(now / 1000))
        .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
        .sign(tokenKey)
      return { token, expiresAt }
    },

    async readAccessToken(token) {
      try {
        const { payload } = await jwtVerify(token, tokenKey, {
          algorithms: ['HS256'],
          typ: 'at+jwt',
          issuer: ISSUER,
          currentDate: clock.now(),
          requiredClaims: ['exp', 'iat'],
        })
        const { sub, sid } = AccessClaims.parse(payload)
        return { userId: sub, sessionId: sid }
      } catch {
        return null
      }
    },

    refreshToken: () => randomBytes(32).toString('base64url'),

    apiKey() {
      const made = KEY_PREFIX + randomBytes(32).toString('base64url')
      return { secret: made, prefix: made.slice(0, SHOWN_CHARACTERS) }
    },

    cookieValue: (sessionToken) => `${sessionToken}.${seal(sessionToken)}`,

    readCookieValue(value) {
      const dot = value.lastIndexOf('.')
      const token = value.slice(0, Math.max(dot, 0))
      const given = Buffer.from(value.slice(dot + 1))
      const right = Buffer.from(seal(token))
      return token !== '' && given.length === right.length && timingSafeEqual(given, right) ? token : null
    },

    readablePassword: () => (readableText(25).match(/.{5}/g) ?? []).join('-'),
  }
}
