import {
  type Construction,
  type Expression,
  isConstruction,
  isOperation,
  isProjection,
  type Operation,
  type Projection,
} from './expression/expression.ts'

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
    const { onSame, onElements } = partsOf(expression)
    for (const part of onSame) visit(part, base, found)
    for (const part of onElements) visit(part, null, found)
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

/** The parts that are evaluated on the same value as the whole, and those on each element of a list. */
interface Parts {
  onSame: Expression[]
  onElements: Expression[]
}

function partsOf(expression: Expression): Parts {
  if (isProjection(expression)) return { onSame: [expression.source], onElements: onElementsOf(expression) }
  if (isOperation(expression)) return { onSame: operandsOf(expression), onElements: [] }
  if (isConstruction(expression)) return partsOfConstruction(expression)
  if (expression.type !== 'let') return { onSame: [], onElements: [] }
  return { onSame: [...expression.bindings.map(([, value]) => value), expression.body], onElements: [] }
}

function onElementsOf(projection: Projection): Expression[] {
  if (projection.type === 'flatten') return []
  return projection.type === 'filter' ? [projection.condition, projection.each] : [projection.each]
}

function operandsOf(operation: Operation): Expression[] {
  if ('operand' in operation) return [operation.operand]
  if (operation.type === 'choose') return [operation.condition, operation.yes, operation.no]
  return [operation.left, operation.right]
}

function partsOfConstruction(construction: Construction): Parts {
  switch (construction.type) {
    case 'list':
      return { onSame: construction.items, onElements: [] }
    case 'object':
      return { onSame: construction.members.map(([, value]) => value), onElements: [] }
    case 'call':
      return { onSame: construction.arguments, onElements: [] }
    case 'reference':
      return { onSame: [], onElements: [construction.expression] }
  }
}
