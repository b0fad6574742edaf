import type { LockedSkill } from '@guildhall/skill-format'
import { Failure } from '../failures.ts'

const isCalled = (skill: LockedSkill, name: string): boolean => skill.name.endsWith(`/${name}`)

function askedSkill(skills: readonly LockedSkill[], name: string): LockedSkill {
  const exact = skills.find((one) => one.name === name)
  if (exact !== undefined) return exact
  const [only, ...others] = skills.filter((one) => isCalled(one, name))
  if (only !== undefined && others.length === 0) return only
  const names = [only, ...others].flatMap((one) => one?.name ?? [])
  throw names.length > 0
    ? new Failure(`${name} could be ${names.join(' or ')}`, { remedy: 'Name it in full.' })
    : new Failure(`${name} is not installed here`, {
        remedy: 'Run `guildhall list` to see what is; --global for your own skills.',
      })
}

/**
 * The installed skills of these names, or all of them. The part behind the publisher is enough where only one skill has it. Throws a
 * Failure for a name that is not installed or that several have.
 */
export function askedSkills(skills: readonly LockedSkill[], names: readonly string[]): LockedSkill[] {
  if (names.length === 0) return [...skills]
  return [...new Set(names.map((name) => askedSkill(skills, name)))]
}
