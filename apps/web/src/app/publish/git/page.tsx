import type { Metadata } from 'next'
import { ImportForm } from '../../../features/imports/import-form.tsx'
import { ImportTable } from '../../../features/imports/import-table.tsx'
import { PublishTabs } from '../../../features/publishing/publish-tabs.tsx'
import { PageLinks } from '../../../features/shell/page-links.tsx'
import { cursorOf } from '../../../lib/cursor.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireUser } from '../../../lib/session.ts'
import { PageHeading } from '../../../ui/page-heading.tsx'
import { Section } from '../../../ui/section.tsx'

export const metadata: Metadata = { title: 'Import from git' }

export default async function ImportsPage({ searchParams }: PageProps) {
  const user = await requireUser(paths.imports())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const page = await client.imports.list({ query: { limit: 20, ...cursor } })
  return (
    <>
      <PageHeading
        title="Publish"
        lead={`Bring in the skills of a git repository as @${user.handle}, each through the same pipeline as an upload.`}
      />
      <PublishTabs current="git" />
      <ImportForm publisher={user.handle} />
      <Section title="My imports" className="mt-16">
        {page.items.length > 0 ? (
          <ImportTable imports={page.items} />
        ) : (
          <p className="py-6 text-soft">Nothing imported yet.</p>
        )}
        <PageLinks path={paths.imports()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
      </Section>
    </>
  )
}
