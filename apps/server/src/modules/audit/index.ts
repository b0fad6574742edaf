export { createAudit } from './service.ts'
export type { Audit } from './service.ts'
export { mountAudit } from './routes.ts'
