/** The steps of `npm test`, in the order in which they run. */
export const steps = ['check', 'unit', 'postgres', 'web build', 'browser'] as const
export type Step = (typeof steps)[number]

/** What one call of `npm test` is to do. `patterns` choose test files by a part of their path. */
export interface Plan {
  steps: readonly Step[]
  patterns: readonly string[]
}

const ONLY: Readonly<Record<string, readonly Step[]>> = {
  unit: ['unit'],
  postgres: ['postgres'],
  browser: ['web build', 'browser'],
}

const USAGE =
  'npm test | npm test -- <part of a path>... | npm test -- --only unit|postgres|browser [<part of a path>...]'

/** Reads the parameters of `npm test`; a text is a complaint for the person who typed them. */
export function planOf(parameters: readonly string[]): Plan | string {
  const [first, second, ...rest] = parameters
  if (first === '--only') return onlyPlan(second ?? '', rest)
  const unknown = parameters.find((parameter) => parameter.startsWith('-'))
  if (unknown) return `unknown option ${unknown}; use: ${USAGE}`
  return parameters.length > 0 ? { steps: ['unit'], patterns: parameters } : { steps, patterns: [] }
}

function onlyPlan(name: string, patterns: readonly string[]): Plan | string {
  const chosen = Object.hasOwn(ONLY, name) ? ONLY[name] : undefined
  if (!chosen) return `--only takes ${Object.keys(ONLY).join(', ')}, not "${name}"; use: ${USAGE}`
  const unknown = patterns.find((parameter) => parameter.startsWith('-'))
  return unknown ? `unknown option ${unknown}; use: ${USAGE}` : { steps: chosen, patterns }
}
