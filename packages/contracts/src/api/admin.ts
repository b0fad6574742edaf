import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { UserId } from '../kernel/ids.ts'
import { JsonObject } from '../kernel/json.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { Handle } from '../skill/names.ts'
import { Role } from './auth.ts'
import { Publisher } from './publishers.ts'

export const UserStatus = z.enum(['active', 'suspended'])
export type UserStatus = z.infer<typeof UserStatus>

export const User = z
  .object({
    id: UserId,
    email: z.email(),
    name: z.string(),
    handle: Handle,
    role: Role,
    status: UserStatus,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

/** One line of the audit log. The hash covers the line and the hash before it. */
export const AuditEntry = z
  .object({
    seq: z.number().int().positive(),
    at: z.iso.datetime(),
    actor: z.string().meta({ description: 'Id of the principal, or system' }),
    action: z.string(),
    subject: z.string(),
    facts: JsonObject,
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditPage = pageOf(AuditEntry)
  .extend({
    handles: z.record(z.string(), Handle).meta({
      description:
        'Of the accounts and publishers whose ids stand in these entries as actor or subject, as they are now',
    }),
  })
  .meta({ id: 'AuditPage' })
export type AuditPage = z.infer<typeof AuditPage>

export const admin = {
  users: endpoint({
    method: 'GET',
    path: '/admin/users',
    summary: 'Every account, newest first',
    access: 'admin',
    scope: 'admin',
    query: PageQuery.extend({ text: z.string().trim().max(100).optional() }),
    reply: pageOf(User),
  }),
  changeUser: endpoint({
    method: 'PATCH',
    path: '/admin/users/{id}',
    summary: 'Change the role or the status of an account',
    access: 'admin',
    scope: 'admin',
    params: z.object({ id: UserId }),
    body: z.object({ role: Role.optional(), status: UserStatus.optional() }),
    reply: User,
    errors: ['user.not-found', 'user.last-admin'],
  }),
  changePublisher: endpoint({
    method: 'PATCH',
    path: '/admin/publishers/{publisher}',
    summary: 'Verify a publisher, or take the mark away',
    access: 'admin',
    scope: 'admin',
    params: z.object({ publisher: Handle }),
    body: z.object({ verified: z.boolean() }),
    reply: Publisher,
    errors: ['publisher.not-found'],
  }),
  audit: endpoint({
    method: 'GET',
    path: '/admin/audit',
    summary: 'The audit log, newest first',
    access: 'admin',
    scope: 'admin',
    query: PageQuery,
    reply: AuditPage,
  }),
}
