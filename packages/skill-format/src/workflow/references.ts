import type { Expression } from './expression/expression.ts'

/** The names from a root such as `input` or `steps` to what is asked for. Empty: everything. */
type Path = readonly string[]

/**
 * What an expression takes from the values of the workflow, as paths such as `steps`, `fetch`, `output`. Within projections and in
 * `&expressions` names mean members of an element, so they are not found; `$` always means the values of the workflow.
 */
export function referencesOf(expression: Expression): Path[] {
  const found: Path[] = []
  visit(expression, [], found)
  return found
}

/** `base` is where the value stands that the expression is evaluated on; null where that is not one of the plain values. */
function visit(expression: Expression, base: Path | null, found: Path[]): void {
  const path = pathOf(expression, base)
  if (path !== null) found.push(path)
  else if (expression.type === 'chain' || expression.type === 'pipe') {
    const left = pathOf(expression.left, base)
    if (left === null) visit(expression.left, base, found)
    visit(expression.right, left, found)
  } else if (expression.type === 'index' || expression.type === 'slice') {
    if (base !== null) found.push(base)
  } else {
    for (const part of partsOnSame(expression)) visit(part, base, found)
    for (const part of partsOnElements(expression)) visit(part, null, found)
  }
}

/** Where the value of an expression stands, if it is only a chain of names. */
function pathOf(expression: Expression, base: Path | null): Path | null {
  if (expression.type === 'root') return []
  if (expression.type === 'current') return base
  if (expression.type === 'field') return base === null ? null : [...base, expression.name]
  if (expression.type !== 'chain' && expression.type !== 'pipe') return null
  const left = pathOf(expression.left, base)
  return left === null ? null : pathOf(expression.right, left)
}

/** The parts that are evaluated on the same value as the whole. */
function partsOnSame(expression: Expression): Expression[] {
  switch (expression.type) {
    case 'project':
    case 'projectValues':
    case 'filter':
    case 'flatten':
      return [expression.source]
    case 'negate':
    case 'not':
      return [expression.operand]
    case 'compare':
    case 'calculate':
    case 'or':
    case 'and':
      return [expression.left, expression.right]
    case 'choose':
      return [expression.condition, expression.yes, expression.no]
    case 'list':
      return expression.items
    case 'object':
      return expression.members.map(([, value]) => value)
    case 'call':
      return expression.arguments
    case 'let':
      return [...expression.bindings.map(([, value]) => value), expression.body]
    default:
      return []
  }
}

/** The parts that are evaluated on each element of a list. */
function partsOnElements(expression: Expression): Expression[] {
  if (expression.type === 'project' || expression.type === 'projectValues') return [expression.each]
  if (expression.type === 'filter') return [expression.condition, expression.each]
  return expression.type === 'reference' ? [expression.expression] : []
}
