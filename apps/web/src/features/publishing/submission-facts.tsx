import type { Submission } from '@guildhall/contracts'
import { capitalised, formatBytes, shortDigest } from '../../lib/format.ts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { Facts } from '../../ui/facts.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

/** What is known of a package that was handed in. */
export function SubmissionFacts({ submission }: { submission: Submission }) {
  const { summary, conformance, digest } = submission
  return (
    <div className="border-t border-ink">
      <Facts
        facts={[
          { term: 'File', value: <Mono>{submission.filename}</Mono> },
          { term: 'Size', value: formatBytes(submission.sizeBytes) },
          {
            term: 'Publisher',
            value: (
              <Link href={paths.publisher(submission.publisher)} className="quiet-link">
                <Mono>@{submission.publisher}</Mono>
              </Link>
            ),
          },
          { term: 'Version', value: submission.version ? <Mono>{submission.version}</Mono> : 'not known' },
          { term: 'Handed in', value: <Timestamp at={submission.createdAt} withTime /> },
          ...(conformance ? [{ term: 'Conformance', value: conformance.level }] : []),
          ...(summary
            ? [
                { term: 'Kind', value: summary.kind },
                { term: 'Category', value: summary.category ? capitalised(summary.category) : 'none' },
                { term: 'Licence', value: summary.license ?? 'none stated' },
                { term: 'Actions', value: Object.keys(summary.actions).join(', ') || 'none' },
              ]
            : []),
          ...(digest ? [{ term: 'Digest', value: <Mono title={digest}>{shortDigest(digest)}…</Mono> }] : []),
        ]}
      />
    </div>
  )
}
