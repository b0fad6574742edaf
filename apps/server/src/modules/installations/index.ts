export { createInstallations, type Installations } from './service.ts'
export type { RunnableInstallation } from './service/run-installation.ts'
export { mountInstallations } from './routes.ts'
export { commonPermissions } from './rules.ts'
