export { type ReleasedVersion } from './store.ts'
export { createSkills, type NewVersion, type Skills } from './service.ts'
export { mountSkills } from './routes.ts'
