/** What expressions of a place may name. */
export interface Scope {
  /** Steps of this list and of those around it. */
  steps: ReadonlySet<string>
  /** What the items of loops around it are called. */
  variables: ReadonlySet<string>
  /** The members of the input; null where the schema does not say that these are all. */
  inputs: ReadonlySet<string> | null
}

/** Names that no loop may give to its items. */
export const roots: readonly string[] = ['input', 'env', 'steps']

const stepMembers: readonly string[] = ['output', 'status', 'error']

/** Why the path cannot be used in this scope; null where it can. */
export function referenceFault([root, name, member]: readonly string[], scope: Scope): string | null {
  if (root === undefined) return 'the values can only be used by name, such as input.name or steps.id.output'
  if (root === 'env' || scope.variables.has(root)) return null
  if (root === 'input') return inputFault(name, scope)
  if (root === 'steps') return stepFault(name, member, scope)
  const known = [...roots, ...scope.variables].join(', ')
  return `there is no ${root} here, only ${known}; text is written in 'single quotes'`
}

function inputFault(name: string | undefined, { inputs }: Scope): string | null {
  if (name === undefined || inputs === null || inputs.has(name)) return null
  return `the action has no input ${name}`
}

function stepFault(name: string | undefined, member: string | undefined, { steps }: Scope): string | null {
  if (name === undefined) return 'steps can only be used one by one, such as steps.id.output'
  if (!steps.has(name)) return `there is no step ${name} that can be seen from here`
  if (member !== undefined && stepMembers.includes(member)) return null
  return `of a step there is output, status and error, so write steps.${name}.output`
}
