import type { ReactNode } from 'react'
import { Section } from '../../ui/section.tsx'

/** One thing that can be changed: what it is and what follows from it beside its controls. */
export function ManageSection({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  return (
    <Section title={title}>
      <div className="grid gap-x-14 gap-y-5 pt-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <div className="text-sm text-soft">{lead}</div>
        <div className="min-w-0">{children}</div>
      </div>
    </Section>
  )
}
