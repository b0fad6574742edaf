export { draftJobs } from './jobs.ts'
export { mountDrafts } from './routes.ts'
export { createDrafts, type Drafts } from './service.ts'
export { draftBlobs } from './store.ts'
