import type { LockedSkill } from '@guildhall/skill-format/install'

/** The installed skills that need this one. */
export function dependentsOf(skills: readonly LockedSkill[], name: string): LockedSkill[] {
  return skills.filter(({ dependencies }) => Object.hasOwn(dependencies, name))
}

/** The skills that came along with others and that nobody needs any more. */
export function orphansAmong(skills: readonly LockedSkill[]): LockedSkill[] {
  const byName = new Map(skills.map((skill) => [skill.name, skill]))
  const needed = new Set<string>()
  const open = skills.filter(({ direct }) => direct)
  for (let skill = open.pop(); skill !== undefined; skill = open.pop()) {
    if (needed.has(skill.name)) continue
    needed.add(skill.name)
    for (const name of Object.keys(skill.dependencies)) {
      const next = byName.get(name)
      if (next !== undefined) open.push(next)
    }
  }
  return skills.filter(({ name }) => !needed.has(name))
}
