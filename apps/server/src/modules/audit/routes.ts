import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import type { Database } from '../../platform/db/database.ts'
import { mount } from '../../platform/http/mount.ts'
import type { Audit, FindHandles } from './service.ts'

export interface AuditDoor {
  audit: Audit
  database: Database
  handlesOf: FindHandles
}

/** Serves the audit log to administrators. */
export function mountAudit(app: FastifyInstance, { audit, database, handlesOf }: AuditDoor): void {
  mount(app, api.admin.audit, ({ query }) => audit.listWithHandles(database.q, query, handlesOf))
}
