import type { Metadata } from 'next'
import { ReviewDetail } from '../../../../features/admin/review-detail.tsx'
import { submittedVersion } from '../../../../features/admin/submitted-version.ts'
import { submissionTitle } from '../../../../features/publishing/submission-words.ts'
import type { PageProps } from '../../../../lib/page-props.ts'
import { submissionAt, titledBy } from '../../../../lib/page-things.ts'
import { paths } from '../../../../lib/paths.ts'
import { requireAdmin } from '../../../../lib/session.ts'
import { Mono } from '../../../../ui/mono.tsx'
import { PageHeading } from '../../../../ui/page-heading.tsx'

type Props = PageProps<{ id: string }>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params
  return titledBy(submissionAt(id), (one) => `Review of ${submissionTitle(one)}`, 'Review')
}

export default async function ReviewSubmissionPage({ params, searchParams }: Props) {
  const [{ id }, query] = await Promise.all([params, searchParams])
  await requireAdmin(paths.reviewOf(id))
  const submission = await submissionAt(id)
  const version = await submittedVersion(submission)
  const path = typeof query['path'] === 'string' ? query['path'] : undefined
  return (
    <>
      <PageHeading title={<Mono className="text-xl!">{submissionTitle(submission)}</Mono>} />
      <ReviewDetail submission={submission} version={version} path={path} />
    </>
  )
}
