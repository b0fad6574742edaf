export type { Identity, PublisherRecord, UserRecord } from './service.ts'
