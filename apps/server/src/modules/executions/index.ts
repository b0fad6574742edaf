export { mountExecutions } from './routes.ts'
export { createExecutions, type Executions } from './service.ts'
