import type { VersionStatus } from '@guildhall/contracts'
import type { MarkSign } from '../../ui/mark.tsx'

/** What a state of a version is called, and what it means for whoever uses it. */
export const versionWords: Record<VersionStatus, { sign: MarkSign; words: string; meaning: string | null }> = {
  pending: { sign: 'pending', words: 'not released yet', meaning: 'It is on its way through the release pipeline.' },
  released: { sign: 'done', words: 'released', meaning: null },
  rejected: { sign: 'failed', words: 'rejected', meaning: 'It was never given out.' },
  yanked: {
    sign: 'stopped',
    words: 'yanked',
    meaning: 'Whoever names this version still gets it; nobody is given it unasked.',
  },
  withdrawn: { sign: 'stopped', words: 'withdrawn', meaning: 'Its publisher does not give it out any more.' },
  suspended: { sign: 'stopped', words: 'suspended', meaning: 'An administrator took it away from everybody.' },
}
