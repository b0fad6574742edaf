export {
  type Arithmetic,
  type Comparison,
  type Construction,
  type Expression,
  ExpressionError,
  isConstruction,
  isOperation,
  isProjection,
  isSequence,
  type Leaf,
  type Operation,
  type Projection,
  type Sequence,
} from './expression/expression.ts'
export { parseExpression } from './expression/parse-expression.ts'
export { type FunctionName, parameterAt, type ParameterKind, signatureOf, signatures } from './expression/signatures.ts'
export type { PlannedAction, PlannedCall, PlannedStep, StepNeeds, StepWork, WorkflowFault } from './plan.ts'
export { readAction, workflowFaults } from './read-workflow.ts'
export { parseTemplate, type Template } from './template.ts'
