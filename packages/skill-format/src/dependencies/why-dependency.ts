import { compareUtf8 } from '../package-files.ts'

/** One skill of a resolution, in a lock file or as a server answers it. */
export interface RequiredSkill {
  fullName: string
  version: string
  requiredBy: readonly { fullName: string; range: string }[]
}

/** One step: `by` needs `fullName` in `range`, and got `version`. */
export interface DependencyLink {
  by: string
  range: string
  fullName: string
  version: string
}

const MAX_CHAINS = 100

/**
 * Why a skill is there: every chain of links from a root down to it, the shortest first, at most 100. Roots are the names that
 * require and are not in the resolution themselves. Empty where the skill is not in the resolution.
 */
export function whyDependency(resolution: readonly RequiredSkill[], fullName: string): DependencyLink[][] {
  const skills = new Map(resolution.map((skill) => [skill.fullName, skill]))
  const chains: DependencyLink[][] = []
  let open = linksTo(skills, fullName).map((link) => [link])
  while (open.length > 0 && chains.length < MAX_CHAINS) {
    chains.push(...open.filter((chain) => !skills.has(topOf(chain))))
    // A lock file written by hand may hold a cycle; no chain passes the same skill twice.
    open = open
      .flatMap((chain) => linksTo(skills, topOf(chain)).map((link) => [link, ...chain]))
      .filter((chain) => chain.every((link) => link.fullName !== topOf(chain)))
      .slice(0, MAX_CHAINS)
  }
  return chains.slice(0, MAX_CHAINS)
}

function topOf(chain: readonly DependencyLink[]): string {
  return chain[0]?.by ?? ''
}

function linksTo(skills: ReadonlyMap<string, RequiredSkill>, fullName: string): DependencyLink[] {
  const skill = skills.get(fullName)
  if (skill === undefined) return []
  return skill.requiredBy
    .map(({ fullName: by, range }) => ({ by, range, fullName, version: skill.version }))
    .sort((a, b) => compareUtf8(a.by, b.by))
}
