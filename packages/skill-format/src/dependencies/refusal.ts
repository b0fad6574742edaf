/** Who wants a skill, and in which range. `path` leads from the root to the skill that says so. */
export interface Demand {
  range: string
  path: readonly string[]
}

/** Why there is no resolution. Paths begin at the root; that of a cycle begins and ends with the same skill. */
export type DependencyRefusal =
  | { reason: 'cycle'; path: readonly string[] }
  | { reason: 'unknown-skill'; fullName: string; demands: readonly Demand[] }
  | { reason: 'no-version'; fullName: string; demands: readonly Demand[] }
  | { reason: 'conflict'; fullName: string; demands: readonly Demand[] }
  | { reason: 'too-many'; limit: number }
  | { reason: 'too-deep'; limit: number; path: readonly string[] }
  | { reason: 'too-hard'; limit: number; first: DependencyRefusal | null }

const arrows = (path: readonly string[]): string => path.join(' -> ')

/** The refusal as one sentence, with every path shown. */
export function refusalText(refusal: DependencyRefusal): string {
  switch (refusal.reason) {
    case 'cycle':
      return `The dependencies form a cycle: ${arrows(refusal.path)}`
    case 'unknown-skill':
      return `There is no skill ${refusal.fullName} (${demandsText(refusal)})`
    case 'no-version':
      return `No version of ${refusal.fullName} fits (${demandsText(refusal)})`
    case 'conflict':
      return `No single version of ${refusal.fullName} fits everybody (${demandsText(refusal)})`
    case 'too-many':
      return `More than ${refusal.limit} skills are needed`
    case 'too-deep':
      return `The dependencies are nested deeper than ${refusal.limit} levels: ${arrows(refusal.path)}`
    case 'too-hard':
      return `No solution was found in ${refusal.limit} attempts${obstacle(refusal.first)}`
  }
}

const MAX_SHOWN = 5

function demandsText({ demands }: { demands: readonly Demand[] }): string {
  const shown = demands.slice(0, MAX_SHOWN).map(({ range, path }) => `${arrows(path)} wants ${range}`)
  const more = demands.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

function obstacle(first: DependencyRefusal | null): string {
  return first === null ? '' : `; the first obstacle was: ${refusalText(first)}`
}
