import type { SkillAddress, VersionSummary } from '@guildhall/contracts'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
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
    <Table caption="Versions and what can be done with them">
      <thead>
        <tr>
          <Th>Version</Th>
          <Th>State</Th>
          <Th className="w-full">Said about it</Th>
          <Th end>
            <span className="sr-only">Change</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {versions.map(({ id, version, status, statusReason, deprecation }) => (
          <tr key={id}>
            <Td>
              <Mono>{version}</Mono>
            </Td>
            <Td>
              <Mark sign={versionWords[status].sign}>{versionWords[status].words}</Mark>
            </Td>
            <Td className="min-w-40 break-name" dir="auto">
              {statusReason}
              {deprecation !== null && <span className="block text-soft">Deprecated: {deprecation}</span>}
            </Td>
            <Td end>
              <span className="-my-1.5 flex justify-end whitespace-nowrap">
                <VersionActions skill={skill} version={version} status={status} isOwner={isOwner} isAdmin={isAdmin} />
              </span>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
