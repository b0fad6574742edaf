'use client'

import type { Submission } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'
import { Section } from '../../ui/section.tsx'
import { PermissionList } from '../skills/permission-list.tsx'
import { FindingList } from './finding-list.tsx'
import { StageList } from './stage-list.tsx'
import { statusWords, submissionTitle } from './submission-words.ts'
import { SubmissionFacts } from './submission-facts.tsx'
import { useLiveSubmission } from './use-live-submission.ts'
import { WaitsForReview } from './waits-for-review.tsx'

function Outcome({ submission }: { submission: Submission }) {
  const { status, publisher, name, review } = submission
  if (status === 'released' && name !== null)
    return (
      <Link href={paths.skill({ publisher, name })} className={buttonClass('primary')}>
        Open its page
      </Link>
    )
  if (status === 'rejected')
    return (
      <div className="flex flex-col gap-4">
        <Notice
          tone="problem"
          title={
            review?.decision === 'rejected' ? `Rejected by @${review.reviewer}` : 'This package cannot be released'
          }
        >
          {review?.reason ?? 'What is wrong is listed below, with the way to mend it.'}
        </Notice>
        <Link href={paths.publish()} className={`${buttonClass('primary')} self-start`}>
          Submit a corrected package
        </Link>
      </div>
    )
  if (status === 'in_review') return <WaitsForReview submission={submission} />
  return null
}

/** A submission with every stage, every finding and what it asks for, live. */
export function SubmissionView({ submission: initial }: { submission: Submission }) {
  const submission = useLiveSubmission(initial)
  const { sign, words } = statusWords[submission.status]
  return (
    <>
      <PageHeading title={<Mono className="text-xl!">{submissionTitle(submission)}</Mono>} />
      <div
        className="grid gap-x-14 gap-y-10 lg:grid-cols-[minmax(0,1fr)_18rem]"
        data-submission-status={submission.status}
      >
        <div className="flex min-w-0 flex-col gap-10">
          <div className="flex flex-col items-start gap-5">
            <span role="status">
              <Mark sign={sign} className="text-lg font-[550]">
                {words}
              </Mark>
            </span>
            <Outcome submission={submission} />
          </div>
          <Section title="Pipeline">
            <StageList stages={submission.stages} />
          </Section>
          {submission.findings.length > 0 && (
            <Section title="Findings" aside={`${submission.findings.length} in all`}>
              <FindingList findings={submission.findings} />
            </Section>
          )}
          {submission.summary && (
            <Section title="What it may touch">
              <PermissionList statements={submission.permissionStatements} />
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
        <aside aria-label="Facts about this submission" className="min-w-0">
          <SubmissionFacts submission={submission} />
          <p className="mt-4 text-xs text-soft">
            Submission <Mono>{submission.id}</Mono>
          </p>
        </aside>
      </div>
    </>
  )
}
