import type { Submission } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { Facts } from '../../ui/facts.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

/** For its publisher: what a submission in review waits for, who decides, and what can be done until then. */
export function WaitsForReview({ submission: { stages } }: { submission: Submission }) {
  const review = stages.find(({ stage }) => stage === 'review')
  return (
    <section aria-label="Why it waits" className="w-full border-t border-rule">
      <Facts
        facts={[
          {
            term: 'Why it waits',
            value: <span dir="auto">{review?.message ?? 'An administrator will look at it.'}</span>,
          },
          ...(review?.startedAt ? [{ term: 'Since', value: <Timestamp at={review.startedAt} withTime /> }] : []),
          {
            term: 'Who decides',
            value:
              'Any administrator of this server. They see what this page shows and every file, and approve it or reject it; a rejection has a reason, which you read here.',
          },
          {
            term: 'You can',
            value: (
              <>
                close this page: nothing is needed of you.{' '}
                <Link href={paths.drafts()} className="link">
                  Try the package out
                </Link>{' '}
                meanwhile. To change something,{' '}
                <Link href={paths.publish()} className="link">
                  hand in a corrected package
                </Link>{' '}
                with another version; each waits for a decision of its own.
              </>
            ),
          },
        ]}
      />
    </section>
  )
}
