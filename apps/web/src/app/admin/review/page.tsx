import type { Metadata } from 'next'
import { EmptyQueue } from '../../../features/admin/review-detail.tsx'
import { SubmissionTable } from '../../../features/publishing/submission-table.tsx'
import { PageLinks } from '../../../features/shell/page-links.tsx'
import { cursorOf } from '../../../lib/cursor.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireAdmin } from '../../../lib/session.ts'
import { PageHeading } from '../../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Review queue' }

export default async function ReviewPage({ searchParams }: PageProps) {
  await requireAdmin(paths.review())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const page = await client.review.queue({ query: { limit: 50, ...cursor } })
  return (
    <>
      <PageHeading title="Review queue" lead="What waits for a decision, the oldest first." />
      {page.items.length > 0 ? <SubmissionTable submissions={page.items} hrefOf={paths.reviewOf} /> : <EmptyQueue />}
      <PageLinks path={paths.review()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
    </>
  )
}
