import type { Metadata } from 'next'
import { SubmissionView } from '../../../features/publishing/submission-view.tsx'
import { submissionTitle } from '../../../features/publishing/submission-words.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { submissionAt, titledBy } from '../../../lib/page-things.ts'
import { paths } from '../../../lib/paths.ts'
import { requireUser } from '../../../lib/session.ts'

type Props = PageProps<{ submission: string }>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { submission: id } = await params
  return titledBy(submissionAt(id), (one) => `Submission of ${submissionTitle(one)}`, 'Submission')
}

export default async function SubmissionPage({ params }: Props) {
  const { submission: id } = await params
  await requireUser(paths.submission(id))
  return <SubmissionView submission={await submissionAt(id)} />
}
