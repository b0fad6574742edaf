import type { Submission } from '@guildhall/contracts'
import { plural } from '../../lib/format.ts'
import { Link } from '../../lib/link.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { statusWords, submissionTitle } from './submission-words.ts'

/** A column for which a phone has no room: what it says stands below the name there. */
const wide = 'max-sm:hidden'

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
          <Th end className={wide}>
            Findings
          </Th>
          <Th end className={wide}>
            Handed in
          </Th>
        </tr>
      </thead>
      <tbody>
        {submissions.map((submission) => (
          <tr key={submission.id}>
            <Td className="break-name">
              <Link href={hrefOf(submission.id)} className="link">
                <Mono>{submissionTitle(submission)}</Mono>
              </Link>
              <span className="block text-soft sm:hidden">
                <Timestamp at={submission.createdAt} />
                {submission.findings.length > 0 && `, ${plural(submission.findings.length, 'finding')}`}
              </span>
            </Td>
            <Td>
              <Mark sign={statusWords[submission.status].sign}>{statusWords[submission.status].words}</Mark>
            </Td>
            <Td end className={wide}>
              {submission.findings.length}
            </Td>
            <Td end className={wide}>
              <Timestamp at={submission.createdAt} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
