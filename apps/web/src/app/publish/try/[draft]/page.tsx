import type { Metadata } from 'next'
import { DraftPage } from '../../../../features/drafts/draft-page.tsx'
import { found } from '../../../../lib/found.ts'
import type { PageProps } from '../../../../lib/page-props.ts'
import { paths } from '../../../../lib/paths.ts'
import { serverClient } from '../../../../lib/sdk-server.ts'
import { requireUser } from '../../../../lib/session.ts'

export const metadata: Metadata = { title: 'Draft' }

export default async function TryDraftPage({ params, searchParams }: PageProps<{ draft: string }>) {
  const [{ draft: id }, query] = await Promise.all([params, searchParams])
  await requireUser(paths.draft(id))
  const client = await serverClient()
  const [draft, system] = await Promise.all([found(client.drafts.get({ params: { id } })), client.system.status()])
  return <DraftPage draft={draft} engines={system.engines} wanted={query['action']} />
}
