export { mountInterop } from './routes.ts'
export { createInterop, type Interop } from './service.ts'
