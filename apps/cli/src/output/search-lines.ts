import type { SkillFacets, SkillSuggestion } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { plainLine } from './plain-text.ts'

const AT_MOST = 6

function facetLine(label: string, counts: readonly { value: string; count: number }[], paint: Paint): string[] {
  if (counts.length < 2) return []
  const shown = counts.slice(0, AT_MOST).map(({ value, count }) => `${plainLine(value, 40)} ${count}`)
  const more = counts.length > AT_MOST ? `, ${counts.length - AT_MOST} more` : ''
  return [`  ${paint.dim(label.padEnd(12))}${shown.join(', ')}${more}`]
}

/** How what was found is spread, so that a search can be narrowed: one line for each class with more than one value. */
export function facetLines(facets: SkillFacets, paint: Paint): string[] {
  return [
    `${facets.isTotalExact ? '' : 'more than '}${facets.total} skills`,
    ...facetLine('--category', facets.categories, paint),
    ...facetLine('--kind', facets.kinds, paint),
    ...facetLine('--publisher', facets.publishers, paint),
    ...facetLine('--tag', facets.tags, paint),
  ]
}

/** What somebody who found nothing may have meant. */
export function suggestionLines(suggestions: readonly SkillSuggestion[], paint: Paint): string[] {
  if (suggestions.length === 0) return ['Try fewer or other words.']
  return [
    'Did you mean:',
    ...suggestions.map(
      ({ kind, text, fullName }) => `  ${paint.accent(plainLine(fullName ?? text))}  ${paint.dim(kind)}`,
    ),
  ]
}
