export * from './example-code.ts'
export * from './tool-examples.ts'
