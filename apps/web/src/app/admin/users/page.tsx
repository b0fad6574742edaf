import type { Metadata } from 'next'
import Form from 'next/form'
import { UserTable } from '../../../features/admin/user-table.tsx'
import { PageLinks } from '../../../features/shell/page-links.tsx'
import { cursorOf } from '../../../lib/cursor.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireAdmin } from '../../../lib/session.ts'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Input } from '../../../ui/input.tsx'
import { PageHeading } from '../../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Users' }

export default async function UsersPage({ searchParams }: PageProps) {
  await requireAdmin(paths.users())
  const query = await searchParams
  const text = typeof query['text'] === 'string' ? query['text'].slice(0, 100) : ''
  const cursor = cursorOf(query)
  const client = await serverClient()
  const page = await client.admin.users({ query: { limit: 50, ...(text && { text }), ...cursor } })
  return (
    <>
      <PageHeading title="Users" lead="Every account, newest first." />
      <Form action={paths.users()} className="flex max-w-md gap-3 pb-6" role="search">
        <Input
          name="text"
          type="search"
          aria-label="Search users"
          defaultValue={text}
          placeholder="Name, handle or email"
          maxLength={100}
        />
        <Button type="submit">Search</Button>
      </Form>
      {page.items.length > 0 ? (
        <UserTable key={`${text} ${cursor.cursor}`} users={page.items} />
      ) : (
        <EmptyState title="Nobody matches">Try a part of the name, the handle or the email.</EmptyState>
      )}
      <PageLinks path={paths.users(text)} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
    </>
  )
}
