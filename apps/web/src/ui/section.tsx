import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface SectionProps {
  title: ReactNode
  /** A link or a button at the end of the heading's line. */
  aside?: ReactNode
  id?: string
  children: ReactNode
  className?: string
}

/** A part of a page under a heading on a hairline. */
export function Section({ title, aside, id, children, className }: SectionProps) {
  return (
    <section id={id} className={classNames('min-w-0', className)}>
      <header className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 border-b border-ink pb-2">
        <h2 className="text-lg font-semibold">{title}</h2>
        {aside && <div className="text-sm">{aside}</div>}
      </header>
      {children}
    </section>
  )
}
