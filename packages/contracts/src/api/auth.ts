import * as z from 'zod'
import { endpoint, Scope } from '../kernel/endpoint.ts'
import { ApiKeyId, UserId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { Handle } from '../skill/names.ts'

export const Role = z.enum(['user', 'developer', 'premium', 'admin']).meta({ id: 'Role' })
export type Role = z.infer<typeof Role>

export const Email = z.email().max(254).toLowerCase()
export const Password = z.string().min(10, 'must have at least 10 characters').max(256)

export const Me = z
  .object({
    id: UserId,
    email: z.email(),
    name: z.string(),
    handle: Handle,
    role: Role,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

/** `cookie` sets an HttpOnly session cookie (for the web); `bearer` returns tokens (for programs). */
const Transport = z.enum(['cookie', 'bearer']).default('cookie')

export const Tokens = z
  .object({
    accessToken: z.string().meta({ description: 'JWT for Authorization: Bearer' }),
    accessTokenExpiresAt: z.iso.datetime(),
    refreshToken: z.string().meta({ description: 'Works once; using it again ends every token of this login' }),
  })
  .meta({ id: 'Tokens' })
export type Tokens = z.infer<typeof Tokens>

export const SignedIn = z.object({ user: Me, tokens: Tokens.nullable() }).meta({ id: 'SignedIn' })
export type SignedIn = z.infer<typeof SignedIn>

export const ApiKey = z
  .object({
    id: ApiKeyId,
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(Scope),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof ApiKey>

export const auth = {
  register: endpoint({
    method: 'POST',
    path: '/auth/register',
    summary: 'Create an account and sign in',
    access: 'public',
    status: 201,
    perMinute: 10,
    body: z.object({
      email: Email,
      password: Password,
      name: z.string().trim().min(1).max(100),
      handle: Handle,
      transport: Transport,
    }),
    reply: SignedIn,
    errors: ['auth.email-taken', 'auth.handle-taken'],
  }),
  login: endpoint({
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in with email and password',
    access: 'public',
    perMinute: 10,
    body: z.object({ email: Email, password: z.string().min(1).max(256), transport: Transport }),
    reply: SignedIn,
    errors: ['auth.invalid-credentials'],
  }),
  logout: endpoint({ method: 'POST', path: '/auth/logout', summary: 'End this session', access: 'user' }),
  me: endpoint({ method: 'GET', path: '/auth/me', summary: 'The signed-in user', access: 'user', reply: Me }),
  refresh: endpoint({
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Exchange a refresh token for fresh tokens',
    access: 'public',
    perMinute: 30,
    body: z.object({ refreshToken: z.string().min(1).max(512) }),
    reply: Tokens,
    errors: ['auth.refresh-refused'],
  }),
  changePassword: endpoint({
    method: 'POST',
    path: '/auth/password',
    summary: 'Change my password; every other session ends',
    access: 'user',
    perMinute: 10,
    body: z.object({ currentPassword: z.string().min(1).max(256), newPassword: Password }),
    errors: ['auth.invalid-credentials'],
  }),
  listKeys: endpoint({
    method: 'GET',
    path: '/auth/keys',
    summary: 'My API keys',
    access: 'user',
    scope: 'account',
    query: PageQuery,
    reply: pageOf(ApiKey),
  }),
  createKey: endpoint({
    method: 'POST',
    path: '/auth/keys',
    summary: 'Create an API key; the secret is shown once',
    access: 'user',
    status: 201,
    body: z.object({
      name: z.string().trim().min(1).max(100),
      scopes: z.array(Scope).min(1).max(6),
      expiresInDays: z.number().int().min(1).max(3650).optional(),
    }),
    reply: z.object({ key: ApiKey, secret: z.string() }),
    errors: ['auth.too-many-keys'],
  }),
  revokeKey: endpoint({
    method: 'DELETE',
    path: '/auth/keys/{id}',
    summary: 'Revoke an API key at once',
    access: 'user',
    params: z.object({ id: ApiKeyId }),
    errors: ['auth.key-not-found'],
  }),
}
