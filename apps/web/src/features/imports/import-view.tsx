'use client'

import type { Import } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { plural } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { buttonClass } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'
import { Section } from '../../ui/section.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { ImportItems } from './import-items.tsx'
import { importWords, isOver, levelCounts, outcomeCounts, outcomeWords } from './import-words.ts'
import { useLiveImport } from './use-live-import.ts'

function Counts({ items }: { items: Import['items'] }) {
  const outcomes = outcomeCounts(items).map(({ outcome, count }) => `${count} ${outcomeWords[outcome].words}`)
  const levels = levelCounts(items).map(({ level, count }) => `${count} ${level}`)
  return (
    <p className="numbers text-sm text-soft">
      {[plural(items.length, 'skill'), ...outcomes].join(', ')}. By conformance: {levels.join(', ')}.
    </p>
  )
}

function Skipped({ skipped }: Pick<Import, 'skipped'>) {
  return (
    <Section title="Passed over" aside={plural(skipped.length, 'place')}>
      <ul className="text-sm">
        {skipped.map(({ path, reason }) => (
          <li key={`${path} ${reason}`} className="border-b border-rule py-2 break-name">
            <Mono>{path}</Mono> <span className="text-soft">{reason}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Failure({ error }: { error: string | null }) {
  return (
    <div className="flex flex-col items-start gap-4">
      <Notice tone="problem" title="The repository was not imported">
        {error ?? 'It ended without a reason. Try again.'}
      </Notice>
      <Link href={paths.imports()} className={buttonClass('primary')}>
        Import another way
      </Link>
    </div>
  )
}

function factsOf({ publisher, repository, ref, commit, visibility, createdAt, status }: Import) {
  const missing = isOver(status) ? 'not reached' : 'not known yet'
  return [
    { term: 'Publisher', value: <Mono>@{publisher}</Mono> },
    { term: 'Repository', value: repository ? <Mono>{repository}</Mono> : missing },
    ...(ref ? [{ term: 'Branch or tag', value: <Mono>{ref}</Mono> }] : []),
    { term: 'Commit', value: commit ? <Mono title={commit}>{commit.slice(0, 12)}…</Mono> : missing },
    { term: 'Visibility', value: visibility ?? 'as each skill has it' },
    { term: 'Started', value: <Timestamp at={createdAt} withTime /> },
  ]
}

/** An import with what became of every skill, live. */
export function ImportView({ started }: { started: Import }) {
  const current = useLiveImport(started)
  const { status, items, skipped } = current
  const { sign, words } = importWords[status]
  return (
    <>
      <PageHeading title={<Mono className="text-xl!">{current.source}</Mono>} />
      <div className="flex flex-col gap-10" data-import-status={status}>
        <div className="grid gap-x-14 gap-y-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="flex flex-col items-start gap-4">
            <span role="status">
              <Mark sign={sign} className="text-lg font-[550]">
                {words}
              </Mark>
            </span>
            {status === 'failed' && <Failure error={current.error} />}
            {items.length > 0 && <Counts items={items} />}
            {!isOver(status) && <p className="text-sm text-soft">You can close this page; it does not depend on it.</p>}
          </div>
          <div className="border-t border-ink">
            <Facts facts={factsOf(current)} />
          </div>
        </div>
        {items.length > 0 && <ImportItems publisher={current.publisher} items={items} />}
        {status === 'finished' && items.length === 0 && (
          <EmptyState title="No skill found">
            Skills are folders with a SKILL.md: at the root, under skills, or where agents keep them.
          </EmptyState>
        )}
        {skipped.length > 0 && <Skipped skipped={skipped} />}
      </div>
    </>
  )
}
