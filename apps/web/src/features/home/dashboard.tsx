import type { Execution, Installation, Me, Submission, Transfer } from '@guildhall/contracts'
import { fullNameOf } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import type { ReactNode } from 'react'
import { paths } from '../../lib/paths.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'
import { Section } from '../../ui/section.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { statusWords as runWords } from '../executions/execution-words.ts'
import { statusWords as submissionWords, submissionTitle } from '../publishing/submission-words.ts'

export interface DashboardProps {
  user: Me
  installations: Installation[]
  executions: Execution[]
  submissions: Submission[]
  /** Transfers that wait for an answer. */
  transfers: Transfer[]
  /** Releases wait for the decision of this visitor, an administrator. */
  hasReviews: boolean
}

interface Line {
  id: string
  href: string
  title: ReactNode
  state: ReactNode
}

function Lines({ lines, empty }: { lines: Line[]; empty: ReactNode }) {
  if (lines.length === 0) return <div className="py-6 text-soft">{empty}</div>
  return (
    <ul>
      {lines.map(({ id, href, title, state }) => (
        <li
          key={id}
          className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 border-b border-rule py-2.5"
        >
          <Link href={href} className="quiet-link min-w-0 break-name">
            {title}
          </Link>
          <span className="text-sm text-soft">{state}</span>
        </li>
      ))}
    </ul>
  )
}

const more = (href: string, label: string) => (
  <Link href={href} className="link">
    {label}
  </Link>
)

/** The way to the whole list, named for those who hear only this link. */
const all = (href: string, what: string) => (
  <Link href={href} className="link inline-block min-w-6 py-1 text-end">
    All<span className="sr-only"> {what}</span>
  </Link>
)

function libraryLine({ id, skill, version, updateAvailable }: Installation): Line {
  const href = skill.runnable ? paths.run(id) : paths.skill(skill)
  const state = updateAvailable ? `${version}, update to ${skill.latestVersion}` : version
  return {
    id,
    href,
    title: (
      <>
        <span dir="auto">{skill.displayName}</span> <Mono className="text-soft">{fullNameOf(skill)}</Mono>
      </>
    ),
    state: <Mono>{state}</Mono>,
  }
}

function runLine({ id, skill, action, status }: Execution): Line {
  const { sign, words } = runWords[status]
  return {
    id,
    href: paths.execution(id),
    title: (
      <Mono>
        {skill} {action}
      </Mono>
    ),
    state: <Mark sign={sign}>{words}</Mark>,
  }
}

function submissionLine(submission: Submission): Line {
  const { sign, words } = submissionWords[submission.status]
  return {
    id: submission.id,
    href: paths.submission(submission.id),
    title: <Mono>{submissionTitle(submission)}</Mono>,
    state: (
      <>
        <Mark sign={sign}>{words}</Mark>
        <span className="ms-4 hidden sm:inline">
          <Timestamp at={submission.createdAt} />
        </span>
      </>
    ),
  }
}

function WaitingOffers({ transfers }: { transfers: Transfer[] }) {
  const offers = transfers.filter(({ mayDecide }) => mayDecide)
  if (offers.length === 0) return null
  const names = offers.slice(0, 3).map(({ from, name }) => fullNameOf({ publisher: from, name }))
  return (
    <div className="pb-10">
      <Notice
        title={offers.length === 1 ? 'A skill is offered to you' : 'Skills are offered to you'}
        action={more(paths.transfers(), 'Answer')}
      >
        <Mono>{names.join(', ')}</Mono>
        {offers.length > names.length && ' and more'}
      </Notice>
    </div>
  )
}

function WaitingReviews() {
  return (
    <div className="pb-10">
      <Notice title="Releases wait for your decision" action={more(paths.review(), 'Open the queue')}>
        Nobody can install them before.
      </Notice>
    </div>
  )
}

/** The front page for somebody who is signed in: their things, quietly. */
export function Dashboard({ user, installations, executions, submissions, transfers, hasReviews }: DashboardProps) {
  return (
    <>
      <PageHeading
        title={
          <>
            Hello, <span dir="auto">{user.name}</span>
          </>
        }
        action={
          <>
            <Link href={paths.marketplace()} className={buttonClass('primary')}>
              Find a skill
            </Link>
            <Link href={paths.publish()} className={buttonClass()}>
              Publish
            </Link>
          </>
        }
      />
      <WaitingOffers transfers={transfers} />
      {hasReviews && <WaitingReviews />}
      <div className="grid gap-x-14 gap-y-12 lg:grid-cols-2">
        <Section title="My library" aside={all(paths.library(), 'of my library')} className="lg:col-span-2">
          <Lines
            lines={installations.map(libraryLine)}
            empty={
              <>
                Nothing installed yet. {more(paths.marketplace(), 'Find a skill')}; before it is installed you are shown
                what it may touch.
              </>
            }
          />
        </Section>
        <Section title="Latest runs" aside={all(paths.executions(), 'my runs')}>
          <Lines
            empty="Nothing has run yet. What your library has can be run from there."
            lines={executions.map(runLine)}
          />
        </Section>
        <Section title="My submissions" aside={all(paths.publish(), 'my submissions')}>
          <Lines
            empty={<>Nothing handed in yet. {more(paths.guide('first-skill'), 'Make your first skill')}.</>}
            lines={submissions.map(submissionLine)}
          />
        </Section>
      </div>
    </>
  )
}
