import type { Metadata } from 'next'
import { AuditTable } from '../../../features/admin/audit-table.tsx'
import { PageLinks } from '../../../features/shell/page-links.tsx'
import { cursorOf } from '../../../lib/cursor.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireAdmin } from '../../../lib/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageHeading } from '../../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Audit log' }

export default async function AuditPage({ searchParams }: PageProps) {
  await requireAdmin(paths.audit())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const page = await client.admin.audit({ query: { limit: 50, ...cursor } })
  return (
    <>
      <PageHeading
        title="Audit log"
        lead="Who did what, newest first. Each line carries a hash over itself and the line before, so that none can be changed unseen."
      />
      {page.items.length > 0 ? (
        <AuditTable entries={page.items} handles={page.handles} />
      ) : (
        <EmptyState title="Nothing has been recorded yet" />
      )}
      <PageLinks path={paths.audit()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
    </>
  )
}
