import type { Metadata } from 'next'
import { Link } from '../../lib/link.tsx'
import { ExecutionTable } from '../../features/executions/execution-table.tsx'
import { PageLinks } from '../../features/shell/page-links.tsx'
import { cursorOf } from '../../lib/cursor.ts'
import type { PageProps } from '../../lib/page-props.ts'
import { paths } from '../../lib/paths.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { requireUser } from '../../lib/session.ts'
import { buttonClass } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Runs' }

export default async function ExecutionsPage({ searchParams }: PageProps) {
  await requireUser(paths.executions())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const page = await client.executions.list({ query: { limit: 50, ...cursor } })
  return (
    <>
      <PageHeading
        title="Runs"
        lead="Everything you ran, newest first, from this site, the command line and programs."
      />
      {page.items.length > 0 ? (
        <ExecutionTable executions={page.items} />
      ) : (
        <EmptyState
          title="Nothing has run yet"
          action={
            <Link href={paths.library()} className={buttonClass('primary')}>
              Open the library
            </Link>
          }
        >
          Install a skill that runs on this server, then run one of its actions.
        </EmptyState>
      )}
      <PageLinks path={paths.executions()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
    </>
  )
}
