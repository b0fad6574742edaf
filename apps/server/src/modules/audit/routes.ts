import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import type { Database } from '../../platform/db/database.ts'
import { mount } from '../../platform/http/mount.ts'
import type { Audit } from './service.ts'

/** Serves the audit log to administrators. */
export function mountAudit(app: FastifyInstance, { audit, database }: { audit: Audit; database: Database }): void {
  mount(app, api.admin.audit, ({ query }) => audit.list(database.q, query))
}
