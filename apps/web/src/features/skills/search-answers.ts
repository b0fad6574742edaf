import type { SkillFacets, SkillSummary } from '@guildhall/contracts'

/** What a question found: the skills that are shown so far, and how they fall into classes. */
export interface Answers {
  /** Which question they answer. */
  key: string
  items: SkillSummary[]
  nextCursor: string | null
  facets: SkillFacets
}
