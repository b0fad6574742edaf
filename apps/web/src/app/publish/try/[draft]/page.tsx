import type { Metadata } from 'next'
import { DraftPage } from '../../../../features/drafts/draft-page.tsx'
import { earlierRun } from '../../../../features/executions/earlier-run.tsx'
import { oneOf } from '../../../../lib/address-query.ts'
import type { PageProps } from '../../../../lib/page-props.ts'
import { draftAt, titledBy } from '../../../../lib/page-things.ts'
import { paths } from '../../../../lib/paths.ts'
import { serverClient } from '../../../../lib/sdk-server.ts'
import { requireUser } from '../../../../lib/session.ts'

type Props = PageProps<{ draft: string }>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { draft: id } = await params
  return titledBy(draftAt(id), ({ summary, filename }) => `Draft of ${summary?.name ?? filename}`, 'Draft')
}

export default async function TryDraftPage({ params, searchParams }: Props) {
  const [{ draft: id }, query] = await Promise.all([params, searchParams])
  await requireUser(paths.draft(id))
  const client = await serverClient()
  const [draft, system, again] = await Promise.all([
    draftAt(id),
    client.system.status(),
    earlierRun(oneOf(query, 'again')),
  ])
  return <DraftPage draft={draft} engines={system.engines} wanted={query['action']} again={again} />
}
