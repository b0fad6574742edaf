import type { ImportSummary } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatCount } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { importWords } from './import-words.ts'

/** Imports with where each stands and what became of its skills. */
export function ImportTable({ imports }: { imports: ImportSummary[] }) {
  return (
    <Table caption="Imports">
      <thead>
        <tr>
          <Th className="w-full">Source</Th>
          <Th>State</Th>
          <Th end>Handed in</Th>
          <Th end>Unchanged</Th>
          <Th end>Refused</Th>
          <Th end>Started</Th>
        </tr>
      </thead>
      <tbody>
        {imports.map(({ id, source, status, submitted, unchanged, refused, createdAt }) => (
          <tr key={id}>
            <Td className="min-w-44">
              <Link href={paths.import(id)} className="link">
                <Mono>{source}</Mono>
              </Link>
            </Td>
            <Td>
              <Mark sign={importWords[status].sign}>{importWords[status].words}</Mark>
            </Td>
            {[submitted, unchanged, refused].map((count, index) => (
              <Td key={index} end>
                {formatCount(count)}
              </Td>
            ))}
            <Td end>
              <Timestamp at={createdAt} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
