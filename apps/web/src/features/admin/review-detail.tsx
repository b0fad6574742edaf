import type { Submission, VersionDetails } from '@guildhall/contracts'
import { paths } from '../../lib/paths.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { FindingList } from '../publishing/finding-list.tsx'
import { StageList } from '../publishing/stage-list.tsx'
import { SubmissionFacts } from '../publishing/submission-facts.tsx'
import { FileBrowser } from '../skills/file-browser.tsx'
import { PermissionList } from '../skills/permission-list.tsx'
import { ReviewDecision } from './review-decision.tsx'

export interface ReviewDetailProps {
  submission: Submission
  /** What would be released, null where the server shows nothing of it. */
  version: VersionDetails | null
  /** The file to show. */
  path: string | undefined
}

/** Why it waits for a person, as the pipeline says it. */
function WhyHeld({ submission: { status, stages } }: { submission: Submission }) {
  const review = stages.find(({ stage }) => stage === 'review')
  if (status !== 'in_review' || !review?.message) return null
  return (
    <Notice title="Why it waits">
      <span dir="auto">{review.message}</span>{' '}
      {review.startedAt && (
        <>
          Since <Timestamp at={review.startedAt} withTime />.
        </>
      )}
    </Notice>
  )
}

/** Everything a reviewer needs to decide, and the decision. */
export function ReviewDetail({ submission, version, path }: ReviewDetailProps) {
  return (
    <div className="grid gap-x-14 gap-y-10 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="flex min-w-0 flex-col gap-10">
        <WhyHeld submission={submission} />
        {submission.summary && (
          <p className="measure font-serif text-read break-name" dir="auto">
            {submission.summary.description}
          </p>
        )}
        <Section title="What it may touch">
          <PermissionList statements={submission.permissionStatements} />
        </Section>
        <Section title="Findings">
          {submission.findings.length > 0 ? (
            <FindingList findings={submission.findings} />
          ) : (
            <p className="py-4 text-soft">None by the checkers that ran. The pipeline below says which did not.</p>
          )}
        </Section>
        <Section title="Pipeline">
          <StageList stages={submission.stages} />
        </Section>
        {version && (
          <Section title="Files">
            <div className="pt-4">
              <FileBrowser
                skill={{ publisher: submission.publisher, name: submission.summary?.name ?? '' }}
                version={version}
                path={path}
                hrefOf={(file) => paths.reviewOf(submission.id, file)}
              />
            </div>
          </Section>
        )}
        {submission.changelog && (
          <Section title="Changes">
            <p className="measure py-4 whitespace-pre-line break-name" dir="auto">
              {submission.changelog}
            </p>
          </Section>
        )}
      </div>
      <aside className="flex min-w-0 flex-col gap-8" aria-label="Decision">
        <Section title="Decision">
          {submission.status === 'in_review' ? (
            <ReviewDecision submissionId={submission.id} />
          ) : (
            <div className="pt-4">
              <Notice>It is not waiting for a decision.</Notice>
            </div>
          )}
        </Section>
        <SubmissionFacts submission={submission} />
      </aside>
    </div>
  )
}

/** Nothing waits. */
export function EmptyQueue() {
  return (
    <EmptyState title="Nothing waits for a review">
      Submissions that need a decision appear here, the oldest first.
    </EmptyState>
  )
}
