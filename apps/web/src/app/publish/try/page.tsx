import type { Metadata } from 'next'
import { DraftList } from '../../../features/drafts/draft-list.tsx'
import { DraftUpload } from '../../../features/drafts/draft-upload.tsx'
import { PublishTabs } from '../../../features/publishing/publish-tabs.tsx'
import { PageLinks } from '../../../features/shell/page-links.tsx'
import { cursorOf } from '../../../lib/cursor.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireUser } from '../../../lib/session.ts'
import { PageHeading } from '../../../ui/page-heading.tsx'
import { Section } from '../../../ui/section.tsx'

export const metadata: Metadata = { title: 'Try out' }

export default async function DraftsPage({ searchParams }: PageProps) {
  await requireUser(paths.drafts())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const [system, page] = await Promise.all([
    client.system.status(),
    client.drafts.list({ query: { limit: 20, ...cursor } }),
  ])
  return (
    <>
      <PageHeading
        title="Publish"
        lead="Run a package in the sandbox before anybody else sees it. Nothing is published, and a draft is deleted after a while."
      />
      <PublishTabs current="try" />
      <DraftUpload limitBytes={system.limits.uploadBytes} />
      <Section title="My drafts" className="mt-16">
        {page.items.length > 0 ? (
          <DraftList drafts={page.items} />
        ) : (
          <p className="py-6 text-soft">Nothing is being tried out.</p>
        )}
        <PageLinks path={paths.drafts()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
      </Section>
    </>
  )
}
