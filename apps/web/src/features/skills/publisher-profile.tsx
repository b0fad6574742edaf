import type { Publisher, SkillSummary } from '@guildhall/contracts'
import type { ReactNode } from 'react'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { buttonClass } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Section } from '../../ui/section.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { plural } from '../../lib/format.ts'
import { SkillRows } from './skill-row.tsx'

const kindWords = { user: 'A person', agent: 'An agent', team: 'A team' }

export interface PublisherProfileProps {
  publisher: Publisher
  skills: SkillSummary[]
  hasMore: boolean
  /** It stands for the visitor. */
  isOwn: boolean
  /** What this visitor may do with the publisher. */
  action: ReactNode
}

/** Who publishes, and what. */
export function PublisherProfile({ publisher, skills, hasMore, isOwn, action }: PublisherProfileProps) {
  return (
    <>
      <header className="pb-10">
        <Mono className="text-soft">@{publisher.handle}</Mono>
        <h1 className="mt-2 text-3xl font-semibold tracking-[-0.02em] break-name" dir="auto">
          {publisher.displayName}
        </h1>
        <p className="mt-3 text-soft">
          {kindWords[publisher.kind]}
          {publisher.verified && ', verified by an administrator'}, here since <Timestamp at={publisher.createdAt} />
        </p>
        {action && <div className="pt-5">{action}</div>}
      </header>
      <Section title="Skills" aside={hasMore ? 'the 100 most installed' : plural(skills.length, 'skill')}>
        {skills.length > 0 ? (
          <div className="pt-4">
            <SkillRows skills={skills} />
          </div>
        ) : (
          <EmptyState
            title="Nothing released yet"
            action={
              isOwn && (
                <Link href={paths.publish()} className={buttonClass('primary')}>
                  Publish a skill
                </Link>
              )
            }
          >
            Skills appear here once they have passed the release pipeline.
            {isOwn && ' What you have handed in so far stands under Publish.'}
          </EmptyState>
        )}
      </Section>
    </>
  )
}
