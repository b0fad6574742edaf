export * from './store/catalogue.ts'
export * from './store/search-skills.ts'
export * from './store/versions.ts'
