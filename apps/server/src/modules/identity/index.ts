export { mountIdentity } from './routes.ts'
export type { PublisherRecord, UserRecord } from './rules.ts'
export { createIdentity, type Identity } from './service.ts'
