import type { Submission } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { statusWords, submissionTitle } from './submission-words.ts'

export interface SubmissionTableProps {
  submissions: Submission[]
  hrefOf: (id: string) => string
}

/** Submissions with where each of them stands. */
export function SubmissionTable({ submissions, hrefOf }: SubmissionTableProps) {
  return (
    <Table caption="Submissions">
      <thead>
        <tr>
          <Th className="w-full">Package</Th>
          <Th>State</Th>
          <Th end>Findings</Th>
          <Th end>Handed in</Th>
        </tr>
      </thead>
      <tbody>
        {submissions.map((submission) => (
          <tr key={submission.id}>
            <Td className="min-w-44">
              <Link href={hrefOf(submission.id)} className="link">
                <Mono>{submissionTitle(submission)}</Mono>
              </Link>
            </Td>
            <Td>
              <Mark sign={statusWords[submission.status].sign}>{statusWords[submission.status].words}</Mark>
            </Td>
            <Td end>{submission.findings.length}</Td>
            <Td end>
              <Timestamp at={submission.createdAt} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
