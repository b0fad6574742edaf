import type { SkillKind } from '@guildhall/contracts'

/** The kinds of skill as people read them. */
export const kindNames: Record<SkillKind, string> = {
  instructions: 'Instructions',
  workflow: 'Workflow',
  javascript: 'JavaScript',
  python: 'Python',
}
