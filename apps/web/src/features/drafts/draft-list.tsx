import type { Draft } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatBytes } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { RemoveDraft } from './remove-draft.tsx'

/** Packages that are being tried out, newest first. */
export function DraftList({ drafts }: { drafts: Draft[] }) {
  return (
    <Table caption="Drafts">
      <thead>
        <tr>
          <Th className="w-full">Draft</Th>
          <Th>Uploaded</Th>
          <Th>Deleted on</Th>
          <Th end>Size</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {drafts.map((draft) => (
          <tr key={draft.id}>
            <Td className="min-w-48">
              <Link href={paths.draft(draft.id)} className="link">
                <Mono>{draft.summary?.name ?? draft.filename}</Mono>
              </Link>
            </Td>
            <Td className="whitespace-nowrap">
              <Timestamp at={draft.createdAt} withTime />
            </Td>
            <Td className="whitespace-nowrap">
              <Timestamp at={draft.expiresAt} />
            </Td>
            <Td end className="whitespace-nowrap">
              {formatBytes(draft.sizeBytes)}
            </Td>
            <Td>
              <RemoveDraft draft={draft} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
