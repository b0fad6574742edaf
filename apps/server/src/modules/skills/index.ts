export { mountSkills } from './routes.ts'
export { createSkills, type Skills } from './service.ts'
export type { ReleasedVersion } from './store.ts'
