import type { LockedSkill } from '@guildhall/skill-format'
import { Failure } from '../failures.ts'

/** The installed skills of these names, or all of them. Throws a Failure for a name that is not installed. */
export function askedSkills(skills: readonly LockedSkill[], names: readonly string[]): LockedSkill[] {
  if (names.length === 0) return [...skills]
  return [...new Set(names)].map((name) => {
    const skill = skills.find((one) => one.name === name)
    if (skill !== undefined) return skill
    throw new Failure(`${name} is not installed here`, {
      remedy: 'Run `guildhall list` to see what is; --global for your own skills.',
    })
  })
}
