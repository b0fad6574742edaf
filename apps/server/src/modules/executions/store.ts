export * from './store/blob-references.ts'
export * from './store/claims.ts'
export * from './store/events.ts'
export * from './store/executions.ts'
