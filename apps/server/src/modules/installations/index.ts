export { requireConsent } from './service/install-skill.ts'
export { createInstallations, type Installations } from './service.ts'
export { mountInstallations } from './routes.ts'
