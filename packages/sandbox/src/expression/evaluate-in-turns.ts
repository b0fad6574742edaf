import type { JsonValue } from '@guildhall/contracts'
import { type Expression, isProjection, type Projection } from '@guildhall/skill-format/workflow'
import { evaluate, type Evaluation, project } from './evaluate.ts'
import { placed } from './evaluation-error.ts'
import type { Value } from './value.ts'

/** What an expression is evaluated in that gives others their turn. */
export interface EvaluationInTurns extends Evaluation {
  /** Ends the work at its next pause. */
  signal: AbortSignal
}

/**
 * The value of an expression, as `evaluate` gives it. Others have their turn between the steps of the expression and between the elements
 * of its lists: a piece, for the meter, is one function with all that it does, or what is done to one element. Rejects as `evaluate` throws,
 * and with the reason of the signal.
 */
export async function evaluateInTurns(expression: Expression, value: Value, scene: EvaluationInTurns): Promise<Value> {
  if (isProjection(expression))
    return projectInTurns(expression, await evaluateInTurns(expression.source, value, scene), scene)
  if (expression.type === 'pipe')
    return evaluateInTurns(expression.right, await evaluateInTurns(expression.left, value, scene), scene)
  if (expression.type === 'chain') {
    const left = await evaluateInTurns(expression.left, value, scene)
    return left === undefined || left === null ? undefined : evaluateInTurns(expression.right, left, scene)
  }
  return evaluatePiece(await withParts(expression, value, scene), value, scene)
}

/** The expression with literals in the places of those parts that are evaluated first, whatever the others give. */
async function withParts(expression: Expression, value: Value, scene: EvaluationInTurns): Promise<Expression> {
  if (expression.type === 'list') return { ...expression, items: await literals(expression.items, value, scene) }
  if (expression.type === 'call')
    return { ...expression, arguments: await literals(expression.arguments, value, scene) }
  if (expression.type !== 'object') return expression
  const names = expression.members.map(([name]) => name)
  const parts = expression.members.map(([, member]) => member)
  const values = await literals(parts, value, scene)
  return { ...expression, members: values.map((member, index) => [names[index] ?? '', member]) }
}

async function evaluatePiece(expression: Expression, value: Value, scene: EvaluationInTurns): Promise<Value> {
  scene.meter.begin()
  const result = evaluate(expression, value, scene)
  await rest(scene)
  return result
}

/** The expressions, evaluated; an &expression is left for its function. */
async function literals(expressions: readonly Expression[], value: Value, scene: EvaluationInTurns) {
  const result: Expression[] = []
  for (const expression of expressions) {
    if (expression.type === 'reference') result.push(expression)
    else result.push({ type: 'literal', value: (await evaluateInTurns(expression, value, scene)) ?? null })
  }
  return result
}

async function projectInTurns(projection: Projection, source: Value, scene: EvaluationInTurns): Promise<Value> {
  if (!Array.isArray(source) || projection.type === 'projectValues') return projectPiece(projection, source, scene)
  const results: JsonValue[] = []
  for (const element of source) {
    const some = projectPiece(projection, [element], scene)
    if (Array.isArray(some)) for (const result of some) results.push(result)
    if (scene.meter.needsRest) await rest(scene)
  }
  return results
}

function projectPiece(projection: Projection, source: Value, scene: EvaluationInTurns): Value {
  scene.meter.begin()
  try {
    return project(projection, source, scene)
  } catch (error) {
    throw placed(error, projection.offset)
  }
}

async function rest({ meter, signal }: EvaluationInTurns) {
  await meter.rest()
  signal.throwIfAborted()
}
