import type { SkillAddress, VersionSummary } from '@guildhall/contracts'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { versionWords } from '../skills/version-words.ts'
import { VersionActions } from './version-actions.tsx'

export interface ManagedVersionsProps {
  skill: SkillAddress
  versions: VersionSummary[]
  isOwner: boolean
  isAdmin: boolean
}

/** Every version with what can be done about it. */
export function ManagedVersions({ skill, versions, isOwner, isAdmin }: ManagedVersionsProps) {
  return (
    <ul className="text-sm">
      {versions.map(({ id, version, status, statusReason, deprecation }) => (
        <li
          key={id}
          className="grid items-baseline gap-x-6 gap-y-1 border-b border-rule py-2.5 md:grid-cols-[9rem_9rem_minmax(0,1fr)_auto]"
        >
          <Mono className="font-[550]">{version}</Mono>
          <Mark sign={versionWords[status].sign}>{versionWords[status].words}</Mark>
          <span className="min-w-0 break-name" dir="auto">
            {statusReason}
            {deprecation !== null && <span className="block text-soft">Deprecated: {deprecation}</span>}
          </span>
          <span className="-mx-3 flex md:-my-1.5 md:me-0">
            <VersionActions skill={skill} version={version} status={status} isOwner={isOwner} isAdmin={isAdmin} />
          </span>
        </li>
      ))}
    </ul>
  )
}
