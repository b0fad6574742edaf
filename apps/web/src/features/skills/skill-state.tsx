import type { SkillDetails, VersionDetails } from '@guildhall/contracts'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { versionWords } from './version-words.ts'

export interface SkillStateProps {
  skill: SkillDetails
  /** The version that the page is about. */
  version: VersionDetails
}

/** What a reader must know before using a skill: that it is private, advised against, or not given out. Nothing for others. */
export function SkillState({ skill, version }: SkillStateProps) {
  const { words, meaning } = versionWords[version.status]
  const deprecation = version.deprecation ?? skill.deprecation
  if (skill.visibility === 'public' && deprecation === null && meaning === null) return null
  return (
    <div className="flex flex-col gap-4 pt-6">
      {skill.visibility === 'private' && (
        <Notice title="Private">Only its publisher sees this skill. For everybody else there is nothing here.</Notice>
      )}
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
