export { createAudit } from './service.ts'
export type { Audit, AuditRecord, AuditVerdict } from './service.ts'
export { mountAudit } from './routes.ts'
