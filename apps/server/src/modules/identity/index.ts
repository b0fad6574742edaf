export { mountIdentity } from './routes.ts'
export { createIdentity, type Identity } from './service.ts'
