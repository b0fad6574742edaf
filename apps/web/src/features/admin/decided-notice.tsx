import type { Submission } from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { submissionTitle } from '../publishing/submission-words.ts'

async function decidedSubmission(id: string): Promise<Submission | null> {
  const client = await serverClient()
  try {
    return await client.publishing.get({ params: { id } })
  } catch (error) {
    if (error instanceof ApiProblem && error.status < 500) return null
    throw error
  }
}

/** Confirms the decision that was just taken, as the server knows it. Nothing where none was. */
export async function DecidedNotice({ id }: { id: string }) {
  const submission = await decidedSubmission(id)
  if (!submission?.review) return null
  const isApproved = submission.review.decision === 'approved'
  return (
    <div role="status" className="pb-8">
      <Notice
        title={
          <>
            {isApproved ? 'Approved' : 'Rejected'}: <Mono>{submissionTitle(submission)}</Mono>
          </>
        }
        action={
          <Link href={paths.reviewOf(id)} className="link">
            See what becomes of it
          </Link>
        }
      >
        {isApproved ? 'It is being signed and released.' : 'Its publisher sees your reason.'}
      </Notice>
    </div>
  )
}
