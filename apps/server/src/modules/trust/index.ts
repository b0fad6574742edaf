export { mountTrust } from './routes.ts'
export { createTrust, type Trust } from './service.ts'
