import type { Finding, Visibility } from '@guildhall/contracts'
import { isPublishable, type PackageInspection } from '@guildhall/skill-format'
import type { NameUse } from '../../skills/index.ts'

/** Who will see a release, or why it cannot be. */
export type VisibilityVerdict = { visibility: Visibility } | { refused: Finding }

const MOST_NAMED = 10

function refuse(rule: string, message: string, remedy: string): VisibilityVerdict {
  return { refused: { rule, severity: 'error', message, file: null, line: null, remedy } }
}

/**
 * Who will see a release under this name: as asked for, else as the skill is, else everybody. A private skill may become public with a
 * release, but not the other way round, since others may have it by then.
 */
export function judgeVisibility(fullName: string, use: NameUse, asked: Visibility | null): VisibilityVerdict {
  switch (use.kind) {
    case 'free':
      return { visibility: asked ?? 'public' }
    case 'renamed':
      return use.to === null
        ? refuse(
            'name.renamed',
            `${fullName} was handed over, and its name leads there for ever`,
            'Choose another name.',
          )
        : refuse(
            'name.renamed',
            `${fullName} was renamed to ${use.to}`,
            `Change the name in SKILL.md, or publish as the owner of ${use.to}: the old name leads there for ever.`,
          )
    case 'removed':
      return refuse(
        'name.removed',
        `${fullName} was removed, and a name that was used once is never given again`,
        'Choose another name.',
      )
    case 'skill':
      break
  }
  if (asked === 'private' && use.visibility === 'public') {
    const remedy = 'Make the skill private first (guildhall visibility), or leave the visibility out.'
    return refuse('visibility.public-already', `${fullName} is public, so a release of it cannot be private`, remedy)
  }
  if (asked === 'public' && use.unpublishable.length > 0) {
    const named = use.unpublishable.slice(0, MOST_NAMED).join(', ')
    const message = `${fullName} cannot become public: ${named} of it do not conform to the specification`
    return refuse('visibility.not-publishable', message, 'Withdraw those versions first, or release to yourself alone.')
  }
  return { visibility: asked ?? use.visibility }
}

/** Whether a package is good enough for who will see it: everybody gets what conforms, its publisher whatever can be loaded. */
export function isGoodEnough(inspection: PackageInspection, visibility: Visibility): boolean {
  if (visibility === 'public') return isPublishable(inspection)
  return inspection.summary !== null && inspection.conformance.level !== 'none'
}
