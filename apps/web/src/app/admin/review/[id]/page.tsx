import type { Metadata } from 'next'
import { ReviewDetail } from '../../../../features/admin/review-detail.tsx'
import { submittedVersion } from '../../../../features/admin/submitted-version.ts'
import { submissionTitle } from '../../../../features/publishing/submission-words.ts'
import { found } from '../../../../lib/found.ts'
import type { PageProps } from '../../../../lib/page-props.ts'
import { paths } from '../../../../lib/paths.ts'
import { serverClient } from '../../../../lib/sdk-server.ts'
import { requireAdmin } from '../../../../lib/session.ts'
import { Mono } from '../../../../ui/mono.tsx'
import { PageHeading } from '../../../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Review' }

export default async function ReviewSubmissionPage({ params, searchParams }: PageProps<{ id: string }>) {
  const [{ id }, query] = await Promise.all([params, searchParams])
  await requireAdmin(paths.reviewOf(id))
  const client = await serverClient()
  const submission = await found(client.publishing.get({ params: { id } }))
  const version = await submittedVersion(submission)
  const path = typeof query['path'] === 'string' ? query['path'] : undefined
  return (
    <>
      <PageHeading title={<Mono className="text-xl!">{submissionTitle(submission)}</Mono>} />
      <ReviewDetail submission={submission} version={version} path={path} />
    </>
  )
}
