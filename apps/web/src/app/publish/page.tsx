import type { Metadata } from 'next'
import { PublishTabs } from '../../features/publishing/publish-tabs.tsx'
import { SubmissionTable } from '../../features/publishing/submission-table.tsx'
import { UploadForm } from '../../features/publishing/upload-form.tsx'
import { PageLinks } from '../../features/shell/page-links.tsx'
import { cursorOf } from '../../lib/cursor.ts'
import { Link } from '../../lib/link.tsx'
import type { PageProps } from '../../lib/page-props.ts'
import { paths } from '../../lib/paths.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { requireUser } from '../../lib/session.ts'
import { Mono } from '../../ui/mono.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'
import { Section } from '../../ui/section.tsx'

export const metadata: Metadata = { title: 'Publish' }

export default async function PublishPage({ searchParams }: PageProps) {
  const user = await requireUser(paths.publish())
  const cursor = cursorOf(await searchParams)
  const client = await serverClient()
  const [system, page] = await Promise.all([
    client.system.status(),
    client.publishing.list({ query: { limit: 20, ...cursor } }),
  ])
  return (
    <>
      <PageHeading
        title="Publish"
        lead={
          <>
            Hand in a package as <Mono>@{user.handle}</Mono>. It is validated at once; every stage and every finding is
            shown to you. None yet?{' '}
            <Link href={paths.guide('first-skill')} className="link">
              Make your first skill
            </Link>
            .
          </>
        }
      />
      <PublishTabs current="upload" />
      <UploadForm publisher={user.handle} limitBytes={system.limits.uploadBytes} />
      <Section title="My submissions" className="mt-16">
        {page.items.length > 0 ? (
          <SubmissionTable submissions={page.items} hrefOf={paths.submission} />
        ) : (
          <p className="py-6 text-soft">Nothing handed in yet.</p>
        )}
        <PageLinks path={paths.publish()} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
      </Section>
    </>
  )
}
