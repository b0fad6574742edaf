import type { Execution } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatDuration } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { statusWords } from './execution-words.ts'

/** A column for which a phone has no room. What was run stands below its time there. */
const wide = 'max-sm:hidden'

/** Runs, newest first. */
export function ExecutionTable({ executions }: { executions: Execution[] }) {
  return (
    <Table caption="Runs">
      <thead>
        <tr>
          <Th>Started</Th>
          <Th>State</Th>
          <Th className={`w-full ${wide}`}>Action</Th>
          <Th className={wide}>Version</Th>
          <Th end>Took</Th>
        </tr>
      </thead>
      <tbody>
        {executions.map((execution) => (
          <tr key={execution.id}>
            <Td className="break-name">
              <Link href={paths.execution(execution.id)} className="link">
                <Timestamp at={execution.createdAt} withTime />
              </Link>
              <Mono className="block text-soft sm:hidden">
                {execution.skill} {execution.action}
              </Mono>
            </Td>
            <Td>
              <Mark sign={statusWords[execution.status].sign}>{statusWords[execution.status].words}</Mark>
            </Td>
            <Td className={`min-w-48 ${wide}`}>
              <Mono>
                {execution.skill} {execution.action}
              </Mono>
            </Td>
            <Td className={wide}>
              <Mono>{execution.version}</Mono>
            </Td>
            <Td end className="whitespace-nowrap">
              {execution.usage ? formatDuration(execution.usage.durationMs) : '–'}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
