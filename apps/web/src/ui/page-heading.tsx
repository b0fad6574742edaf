import type { ReactNode } from 'react'

export interface PageHeadingProps {
  title: ReactNode
  /** One or two sentences: what this page is for. */
  lead?: ReactNode
  /** What can be done here. */
  action?: ReactNode
}

/** The one h1 of a page. */
export function PageHeading({ title, lead, action }: PageHeadingProps) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4 pb-8">
      <div className="min-w-0">
        <h1 className="text-2xl font-semibold tracking-tight break-name">{title}</h1>
        {lead && <p className="measure mt-2 text-soft">{lead}</p>}
      </div>
      {action && <div className="flex flex-wrap gap-3">{action}</div>}
    </div>
  )
}
