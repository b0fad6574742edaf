'use client'

import { categories, type Category, SkillKind, type SkillFacets } from '@guildhall/contracts'
import type { ReactNode } from 'react'
import { Link } from '../../lib/link.tsx'
import { capitalised, formatCount } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { useCurrentInView } from '../../lib/use-current-in-view.ts'
import { addressOf, type BrowseQuery, facetOf, type FacetName } from './browse-query.ts'
import { kindNames } from './kind-names.ts'

export interface FacetRailProps {
  facets: SkillFacets
  query: BrowseQuery
  onChange: (part: Partial<BrowseQuery>) => void
}

interface FacetLinkProps extends Pick<FacetRailProps, 'query' | 'onChange'> {
  /** What following it changes. */
  part: Partial<BrowseQuery>
  isCurrent: boolean
  /** Null where it is not known. */
  count: number | null
  isExact: boolean
  children: ReactNode
}

const linkClass =
  'flex min-h-9 items-center justify-between gap-3 border-b-2 border-transparent whitespace-nowrap text-soft hover:text-accent ' +
  'aria-[current]:border-ink aria-[current]:font-[550] aria-[current]:text-ink ' +
  'lg:min-h-8 lg:border-b-0 lg:border-s-2 lg:ps-3'

/** A link with a count: it has an address of its own, and changes the page in place. */
function FacetLink({ query, onChange, part, isCurrent, count, isExact, children }: FacetLinkProps) {
  return (
    <Link
      href={paths.marketplace(addressOf({ ...query, ...part }))}
      onNavigate={(event) => {
        event.preventDefault()
        onChange(part)
      }}
      aria-current={isCurrent ? 'page' : undefined}
      className={linkClass}
    >
      <span className="min-w-0 truncate">{children}</span>
      {count !== null && (
        <span className="text-sm font-normal text-faint">
          {formatCount(count)}
          {!isExact && '+'}
        </span>
      )}
    </Link>
  )
}

/** The categories with how many skills each holds: a list beside wide pages, a line above narrow ones. */
function Categories({ facets, query, onChange }: FacetRailProps) {
  const row = useCurrentInView<HTMLUListElement>(query.category ?? '')
  const counts = new Map(facets.categories.map(({ value, count }) => [value, count]))
  const shown = categories.filter((category) => counts.has(category) || category === query.category)
  const total = facets.categories.reduce((sum, { count }) => sum + count, 0)
  const entries: { category: Category | undefined; count: number }[] = [
    { category: undefined, count: total },
    ...shown.map((category) => ({ category, count: counts.get(category) ?? 0 })),
  ]
  return (
    <nav aria-label="Categories" className="min-w-0">
      <ul
        ref={row}
        className="numbers -mx-4 flex gap-5 overflow-x-auto border-b border-rule px-4 text-base sm:-mx-6 sm:px-6 lg:mx-0 lg:block lg:border-b-0 lg:px-0"
      >
        {entries.map(({ category, count }) => (
          <li key={category ?? 'all'}>
            <FacetLink
              query={query}
              onChange={onChange}
              part={{ category }}
              isCurrent={category === query.category}
              count={count}
              isExact={facets.isTotalExact}
            >
              {category ? capitalised(category) : 'All'}
            </FacetLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const groups: { name: FacetName; title: string }[] = [
  { name: 'kind', title: 'Kind' },
  { name: 'tag', title: 'Tags' },
  { name: 'publisher', title: 'Publishers' },
]

function labelOf(name: FacetName, value: string): string {
  if (name === 'publisher') return `@${value}`
  const kind = name === 'kind' ? SkillKind.safeParse(value).data : undefined
  return kind ? kindNames[kind] : value
}

/** More values of a class are folded. */
const SHOWN_VALUES = 8

/** One class; following the value that is in force takes it off. */
function FacetGroup({ name, title, facets, query, onChange }: FacetRailProps & { name: FacetName; title: string }) {
  const counted = facetOf(facets, name)
  const current = query[name]
  const others = counted.filter(({ value }) => value !== current)
  const chosen = current ? [counted.find(({ value }) => value === current) ?? { value: current, count: 0 }] : []
  const values = [...chosen, ...others]
  if (values.length === 0) return null
  const linkOf = ({ value, count }: { value: string; count: number }) => (
    <li key={value}>
      <FacetLink
        query={query}
        onChange={onChange}
        part={{ [name]: value === current ? undefined : value }}
        isCurrent={value === current}
        count={count}
        isExact={facets.isTotalExact}
      >
        {labelOf(name, value)}
      </FacetLink>
    </li>
  )
  const folded = values.slice(SHOWN_VALUES)
  return (
    <section className="min-w-0 pt-5">
      <h2 className="eyebrow pb-1 lg:ps-3.5">{title}</h2>
      <ul className="numbers text-base">{values.slice(0, SHOWN_VALUES).map(linkOf)}</ul>
      {folded.length > 0 && (
        <details>
          <summary className="cursor-pointer py-1.5 text-sm text-accent lg:ps-3.5">{folded.length} more</summary>
          <ul className="numbers text-base">{folded.map(linkOf)}</ul>
        </details>
      )}
    </section>
  )
}

/** How what was found falls into classes, with counts; each narrows to its own. Folded on a phone. */
export function FacetRail(props: FacetRailProps) {
  const all = groups.map(({ name, title }) => <FacetGroup key={name} {...props} name={name} title={title} />)
  const inForce = groups.flatMap(({ name }) => (props.query[name] ? [labelOf(name, props.query[name])] : []))
  return (
    <div className="min-w-0">
      <Categories {...props} />
      <div className="hidden lg:block">{all}</div>
      <details className="border-b border-rule lg:hidden">
        <summary className="cursor-pointer py-2.5 text-accent">
          Narrow by kind, tag or publisher
          {inForce.length > 0 && <span className="text-ink">: {inForce.join(', ')}</span>}
        </summary>
        <div className="grid gap-x-8 pb-4 sm:grid-cols-3">{all}</div>
      </details>
    </div>
  )
}
