export { draftJobs } from './jobs.ts'
export { mountDrafts } from './routes.ts'
export { createDrafts, type Drafts, type RunnableDraft } from './service.ts'
