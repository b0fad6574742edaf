import { errorTable } from '@guildhall/contracts'
import type { Metadata } from 'next'
import { DocsCrumb } from '../../../features/docs/docs-crumb.tsx'
import { PageHeading } from '../../../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Errors' }

/** Where the `type` of every problem that the API answers leads: `/docs/errors#<code>`. */
export default function ErrorsPage() {
  return (
    <>
      <DocsCrumb />
      <PageHeading
        title="Errors"
        lead="Every error that the API can answer. The body is application/problem+json; its code is one of these."
      />
      <dl className="measure border-t border-ink">
        {Object.entries(errorTable).map(([code, { status, title, remedy }]) => (
          <div key={code} id={code} className="border-b border-rule py-3 target:bg-wash">
            <dt className="flex flex-wrap items-baseline justify-between gap-x-4">
              <code className="text-sm font-[550] break-name">{code}</code>
              <span className="numbers text-sm text-soft">{status}</span>
            </dt>
            <dd>
              {title}. <span className="text-soft">{remedy}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
