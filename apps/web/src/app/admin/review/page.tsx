import type { Metadata } from 'next'
import { DecidedNotice } from '../../../features/admin/decided-notice.tsx'
import { EmptyQueue } from '../../../features/admin/review-detail.tsx'
import { SubmissionTable } from '../../../features/publishing/submission-table.tsx'
import { PageLinks } from '../../../features/shell/page-links.tsx'
import { oneOf } from '../../../lib/address-query.ts'
import { cursorOf } from '../../../lib/cursor.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireAdmin } from '../../../lib/session.ts'
import { PageHeading } from '../../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Review queue' }

export default async function ReviewPage({ searchParams }: PageProps) {
  await requireAdmin(paths.review())
  const query = await searchParams
  const [cursor, decided] = [cursorOf(query), oneOf(query, 'decided')]
  const client = await serverClient()
  const page = await client.review.queue({ query: { limit: 50, ...cursor } })
  return (
    <>
      <PageHeading title="Review queue" lead="What waits for a decision, the oldest first." />
      {decided && <DecidedNotice id={decided} />}
      {page.items.length > 0 ? <SubmissionTable submissions={page.items} hrefOf={paths.reviewOf} /> : <EmptyQueue />}
      <PageLinks path={paths.review()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
    </>
  )
}
