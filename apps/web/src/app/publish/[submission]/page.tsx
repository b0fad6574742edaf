import type { Metadata } from 'next'
import { SubmissionView } from '../../../features/publishing/submission-view.tsx'
import { found } from '../../../lib/found.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireUser } from '../../../lib/session.ts'

export const metadata: Metadata = { title: 'Submission' }

export default async function SubmissionPage({ params }: PageProps<{ submission: string }>) {
  const { submission: id } = await params
  await requireUser(paths.submission(id))
  const client = await serverClient()
  const submission = await found(client.publishing.get({ params: { id } }))
  return <SubmissionView submission={submission} />
}
