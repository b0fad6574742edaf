import type { Metadata } from 'next'
import { guideGroups } from '../../features/docs/guide-groups.ts'
import { GuideRow } from '../../features/docs/guide-row.tsx'
import { allGuides } from '../../features/docs/guides.ts'
import { paths } from '../../lib/paths.ts'
import { PageHeading } from '../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Docs' }

const groupClass = 'border-t border-ink pt-4 pb-10 lg:grid lg:grid-cols-[14rem_minmax(0,42rem)] lg:gap-x-12'

export default function DocsPage() {
  const guides = allGuides()
  return (
    <>
      <PageHeading title="Docs" lead="How to write skills, publish them, run them, and look after a server." />
      {guideGroups.map(({ title: group }) => (
        <section key={group} className={groupClass}>
          <h2 className="text-lg font-semibold">{group}</h2>
          <ul>
            {guides
              .filter((guide) => guide.group === group)
              .map(({ slug, title, summary }) => (
                <GuideRow key={slug} href={paths.guide(slug)} title={title} summary={summary} />
              ))}
          </ul>
        </section>
      ))}
      <section className={groupClass}>
        <h2 className="text-lg font-semibold">This server’s API</h2>
        <ul>
          <GuideRow
            href={paths.apiReference()}
            title="API reference"
            summary="Every endpoint with its input, its reply and its errors."
          />
          <GuideRow
            href={paths.errors()}
            title="Errors"
            summary="Every error that the API can answer, and what to do about it."
          />
        </ul>
      </section>
    </>
  )
}
