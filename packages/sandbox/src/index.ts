export * from './engines/javascript/javascript-engine.ts'
export * from './run.ts'
export * from './sandbox.ts'
