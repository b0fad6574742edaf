export { publishingJobs } from './jobs.ts'
export { mountPublishing } from './routes.ts'
export { createPublishing, type Publishing } from './service.ts'
export { createLookAlikes, createReviewNeed } from './service/look-alikes.ts'
