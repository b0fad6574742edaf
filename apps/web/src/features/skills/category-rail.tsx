'use client'

import type { Category, CategoryCount } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { capitalised, formatCount } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { useCurrentInView } from '../../lib/use-current-in-view.ts'
import type { BrowseQuery } from './browse-query.ts'

export interface CategoryRailProps {
  categories: CategoryCount[]
  /** The query in force; a category keeps its text, kind and sort. */
  query: BrowseQuery
}

interface CategoryEntry {
  category: Category | undefined
  label: string
  count: number
}

const linkClass =
  'flex min-h-9 items-center justify-between gap-3 border-b-2 border-transparent whitespace-nowrap text-soft hover:text-accent ' +
  'aria-[current]:border-ink aria-[current]:font-[550] aria-[current]:text-ink ' +
  'lg:min-h-8 lg:border-b-0 lg:border-s-2 lg:ps-3'

/** The categories with how many skills each holds: a list beside wide pages, a line above narrow ones. */
export function CategoryRail({ categories, query }: CategoryRailProps) {
  const row = useCurrentInView<HTMLUListElement>(query.category ?? '')
  const total = categories.reduce((sum, { count }) => sum + count, 0)
  const { text, kind, sort } = query
  const kept = { text, ...(kind && { kind }), ...(sort && { sort }) }
  const entries: CategoryEntry[] = [
    { category: undefined, label: 'All', count: total },
    ...categories.map(({ category, count }) => ({ category, label: capitalised(category), count })),
  ]
  return (
    <nav aria-label="Categories" className="min-w-0">
      <ul
        ref={row}
        className="numbers -mx-4 flex gap-5 overflow-x-auto border-b border-rule px-4 text-base sm:-mx-6 sm:px-6 lg:mx-0 lg:block lg:border-b-0 lg:px-0"
      >
        {entries.map(({ category, label, count }) => (
          <li key={label}>
            <Link
              href={paths.marketplace({ ...(category && { category }), ...kept })}
              aria-current={category === query.category ? 'page' : undefined}
              className={linkClass}
            >
              {label}
              <span className="text-sm font-normal text-faint">{formatCount(count)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
