import type { Metadata } from 'next'
import { Link } from '../../lib/link.tsx'
import { LibraryEntry } from '../../features/installations/library-entry.tsx'
import { PageLinks } from '../../features/shell/page-links.tsx'
import { cursorOf } from '../../lib/cursor.ts'
import type { PageProps } from '../../lib/page-props.ts'
import { paths } from '../../lib/paths.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { requireUser } from '../../lib/session.ts'
import { buttonClass } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Library' }

export default async function LibraryPage({ searchParams }: PageProps) {
  await requireUser(paths.library())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const page = await client.installations.list({ query: { limit: 50, ...cursor } })
  return (
    <>
      <PageHeading title="Library" lead="The skills you installed, with exactly the permissions you granted." />
      {page.items.length === 0 ? (
        <EmptyState
          title="Your library is empty"
          action={
            <Link href={paths.marketplace()} className={buttonClass('primary')}>
              Find a skill
            </Link>
          }
        >
          Installing a skill puts it here. You are shown what it may touch before anything happens.
        </EmptyState>
      ) : (
        <div className="border-t border-ink">
          {page.items.map((installation) => (
            <LibraryEntry key={installation.id} installation={installation} />
          ))}
        </div>
      )}
      <PageLinks path={paths.library()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
    </>
  )
}
