import type { Metadata } from 'next'
import { Link } from '../../lib/link.tsx'
import { EngineTable } from '../../features/admin/engine-table.tsx'
import { plural } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { requireAdmin } from '../../lib/session.ts'
import { PageHeading } from '../../ui/page-heading.tsx'
import { Section } from '../../ui/section.tsx'

export const metadata: Metadata = { title: 'Administration' }

export default async function AdminPage() {
  await requireAdmin(paths.admin())
  const client = await serverClient()
  const [system, queue] = await Promise.all([client.system.status(), client.review.queue({ query: { limit: 100 } })])
  const count = queue.items.length
  const waiting =
    queue.nextCursor !== null
      ? 'More than 100 submissions wait'
      : count === 0
        ? 'Nothing waits'
        : `${plural(count, 'submission')} ${count === 1 ? 'waits' : 'wait'}`
  return (
    <>
      <PageHeading title="Administration" lead={`Guildhall ${system.version}`} />
      <div className="flex flex-col gap-12">
        <Section title="Review">
          <p className="py-4">
            {waiting} for a decision.{' '}
            <Link href={paths.review()} className="link">
              Open the queue
            </Link>
          </p>
        </Section>
        <Section title="Engines">
          <EngineTable engines={system.engines} />
        </Section>
      </div>
    </>
  )
}
