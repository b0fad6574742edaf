import type { Metadata } from 'next'
import { KeyCreate } from '../../../features/identity/key-create.tsx'
import { KeyTable } from '../../../features/identity/key-table.tsx'
import { PageLinks } from '../../../features/shell/page-links.tsx'
import { cursorOf } from '../../../lib/cursor.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireUser } from '../../../lib/session.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { PageHeading } from '../../../ui/page-heading.tsx'
import { Section } from '../../../ui/section.tsx'

export const metadata: Metadata = { title: 'API keys' }

export default async function KeysPage({ searchParams }: PageProps) {
  const user = await requireUser(paths.keys())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const page = await client.auth.listKeys({ query: { limit: 50, ...cursor } })
  return (
    <>
      <PageHeading title="API keys" lead="For the command line and for programs that act in your name." />
      {page.items.length > 0 ? (
        <KeyTable keys={page.items} />
      ) : (
        <EmptyState title="No keys">
          A key lets a program in without your password, only for what you choose.
        </EmptyState>
      )}
      <PageLinks path={paths.keys()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
      <Section title="New key" className="mt-14">
        <KeyCreate mayAdminister={user.role === 'admin'} />
      </Section>
    </>
  )
}
