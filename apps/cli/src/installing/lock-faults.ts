import type { LockedSkill } from '@guildhall/skill-format'

/** What does not fit together in a lock file, in words: skills that are needed and missing, or there in a version that does not do. */
export async function lockFaults(skills: readonly LockedSkill[]): Promise<string[]> {
  const needy = skills.filter(({ dependencies }) => Object.keys(dependencies).length > 0)
  if (needy.length === 0) return []
  const { highestWithin } = await import('@guildhall/skill-format')
  const versions = new Map(skills.map(({ name, version }) => [name, version]))
  return needy.flatMap(({ name: by, dependencies }) =>
    Object.entries(dependencies).flatMap(([name, range]) => {
      const version = versions.get(name)
      if (version === undefined || version === null) return [`${by} needs ${name}@${range}, which is not installed`]
      const isFit = highestWithin([version], range) !== null
      return isFit ? [] : [`${by} needs ${name}@${range}, and ${version} is installed`]
    }),
  )
}
