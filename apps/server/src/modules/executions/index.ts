export { mountExecutions } from './routes.ts'
export { createExecutions, type Executions } from './service.ts'
export { executionBlobs } from './store.ts'
