import type { ReactNode } from 'react'

export interface Fact {
  term: string
  value: ReactNode
}

/** Short facts about one thing: terms at the start, values aligned beside them, a hairline between. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="text-sm">
      {facts.map(({ term, value }) => (
        <div key={term} className="grid grid-cols-[7rem_minmax(0,1fr)] gap-3 border-b border-rule py-2">
          <dt className="text-soft">{term}</dt>
          <dd className="min-w-0 break-name">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
