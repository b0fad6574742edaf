import type { SkillDetails, VersionDetails } from '@guildhall/contracts'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { versionWords } from './version-words.ts'

export interface SkillStateProps {
  skill: SkillDetails
  /** The version that the page is about. */
  version: VersionDetails
}

/** What it means that a skill is not to be had as usual. */
const availabilityWords: Record<SkillDetails['availability'], { title: string; meaning: string } | null> = {
  available: null,
  'no-release': {
    title: 'No version is given out now',
    meaning: 'It is in no list, and nobody can install it anew. What it was is shown below.',
  },
  suspended: { title: 'Suspended', meaning: 'An administrator took it away from everybody.' },
  removed: { title: 'Deleted', meaning: 'It was deleted for good. Only administrators see it.' },
}

/** What a reader must know before using a skill: that it is private, advised against, or not given out. Nothing for others. */
export function SkillState({ skill, version }: SkillStateProps) {
  const { words, meaning } = versionWords[version.status]
  const deprecation = version.deprecation ?? skill.deprecation
  const availability = availabilityWords[skill.availability]
  const isOrdinary = skill.visibility === 'public' && deprecation === null && meaning === null && availability === null
  if (isOrdinary) return null
  return (
    <div className="flex flex-col gap-4 pt-6">
      {skill.visibility === 'private' && (
        <Notice title="Private">Only its publisher sees this skill. For everybody else there is nothing here.</Notice>
      )}
      {availability && <Notice title={availability.title}>{availability.meaning}</Notice>}
      {deprecation !== null && (
        <Notice title="Deprecated: its publisher advises against it">
          <span dir="auto">{deprecation}</span>
        </Notice>
      )}
      {meaning !== null && (
        <Notice
          title={
            <>
              Version <Mono>{version.version}</Mono> is {words}
            </>
          }
        >
          {meaning} <span dir="auto">{version.statusReason}</span>
        </Notice>
      )}
    </div>
  )
}
