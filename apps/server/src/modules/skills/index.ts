export { mountSkills } from './routes.ts'
export { createSkills, type Skills, type SkillsDeps } from './service.ts'
export type { ReleasedVersion } from './store.ts'
