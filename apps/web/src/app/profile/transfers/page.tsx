import type { Metadata } from 'next'
import { TransferList } from '../../../features/maintenance/transfer-list.tsx'
import { PageLinks } from '../../../features/shell/page-links.tsx'
import { cursorOf } from '../../../lib/cursor.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireUser } from '../../../lib/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageHeading } from '../../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Transfers' }

export default async function TransfersPage({ searchParams }: PageProps) {
  await requireUser(paths.transfers())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const page = await client.transfers.list({ query: { limit: 50, ...cursor } })
  return (
    <>
      <PageHeading
        title="Transfers"
        lead="Skills that were offered to you, and those you offered to others, newest first."
      />
      {page.items.length > 0 ? (
        <TransferList transfers={page.items} />
      ) : (
        <EmptyState title="No transfers">
          A skill changes its publisher when one offers it, under Manage on its page, and the other accepts it here.
        </EmptyState>
      )}
      <PageLinks path={paths.transfers()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
    </>
  )
}
