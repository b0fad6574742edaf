import type { SkillAddress, VersionStatus, VersionSummary } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatBytes } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Mark, type MarkSign } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

const signs: Record<VersionStatus, MarkSign> = {
  pending: 'pending',
  released: 'done',
  rejected: 'failed',
  yanked: 'stopped',
  suspended: 'stopped',
}

/** Every version of a skill, newest first. */
export function VersionTable({ skill, versions }: { skill: SkillAddress; versions: VersionSummary[] }) {
  return (
    <Table caption="Versions">
      <thead>
        <tr>
          <Th>Version</Th>
          <Th>State</Th>
          <Th>Released</Th>
          <Th className="w-full">Changes</Th>
          <Th end>Files</Th>
          <Th end>Size</Th>
        </tr>
      </thead>
      <tbody>
        {versions.map((version) => (
          <tr key={version.id}>
            <Td>
              <Link href={paths.skillFiles(skill, { version: version.version })} className="link">
                <Mono>{version.version}</Mono>
              </Link>
            </Td>
            <Td>
              <Mark sign={signs[version.status]}>{version.status}</Mark>
            </Td>
            <Td>{version.releasedAt ? <Timestamp at={version.releasedAt} /> : 'not yet'}</Td>
            <Td className="min-w-56 whitespace-pre-line break-name" dir="auto">
              {version.changelog ?? <span className="text-faint">none given</span>}
            </Td>
            <Td end>{version.fileCount}</Td>
            <Td end className="whitespace-nowrap">
              {formatBytes(version.sizeBytes)}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
