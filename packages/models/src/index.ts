export * from './models-port.ts'
export { ModelError, type ModelErrorReason } from './model-error.ts'
