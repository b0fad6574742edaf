import type { Metadata } from 'next'
import { Link } from '../../lib/link.tsx'
import { guides } from '../../features/docs/guides.tsx'
import { paths } from '../../lib/paths.ts'
import { PageHeading } from '../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Docs' }

const entryClass = 'block border-b border-rule py-5'

export default function DocsPage() {
  return (
    <>
      <PageHeading title="Docs" lead="Short guides, and the reference of everything this server answers." />
      <ul className="measure border-t border-ink">
        {guides.map(({ slug, title, lead }) => (
          <li key={slug} className={entryClass}>
            <h2 className="text-lg font-semibold">
              <Link href={paths.guide(slug)} className="quiet-link">
                {title}
              </Link>
            </h2>
            <p className="text-soft">{lead}</p>
          </li>
        ))}
        <li className={entryClass}>
          <h2 className="text-lg font-semibold">
            {/* Answered by the API server, not by a page of this application. */}
            <a href={paths.apiReference()} className="quiet-link">
              API reference
            </a>
          </h2>
          <p className="text-soft">Every endpoint with its input, its reply and its errors.</p>
        </li>
      </ul>
    </>
  )
}
