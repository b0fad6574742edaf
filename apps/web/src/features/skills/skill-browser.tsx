'use client'

import { type CategoryCount, SkillKind, SkillSort } from '@guildhall/contracts'
import { useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { useDebounced } from '../../lib/use-debounced.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Select } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'
import { type BrowseQuery, browseQueryOf, keyOf, sortInForce } from './browse-query.ts'
import { CategoryRail } from './category-rail.tsx'
import { kindNames } from './kind-names.ts'
import { ResultCount } from './result-count.tsx'
import { SearchInput } from './search-input.tsx'
import { SkillRows } from './skill-row.tsx'
import { type SkillPage, type SkillResults, useSkillResults } from './use-skill-results.ts'

const DEBOUNCE_MS = 150

const sortNames: Record<SkillSort, string> = {
  relevance: 'Best match',
  popular: 'Most installed',
  newest: 'Newest',
  updated: 'Recently updated',
  name: 'Name',
}

export interface SkillBrowserProps {
  categories: CategoryCount[]
  /** The query that `page` answers. */
  query: BrowseQuery
  page: SkillPage
}

function Filters({ query, onChange }: { query: BrowseQuery; onChange: (change: Partial<BrowseQuery>) => void }) {
  const sorts = SkillSort.options.filter((sort) => sort !== 'relevance' || query.text.trim() !== '')
  return (
    <div className="flex gap-3">
      <label className="w-40">
        <span className="sr-only">Kind</span>
        <Select
          value={query.kind ?? ''}
          onChange={(event) => onChange({ kind: SkillKind.safeParse(event.target.value).data })}
          className="h-9!"
        >
          <option value="">Every kind</option>
          {SkillKind.options.map((kind) => (
            <option key={kind} value={kind}>
              {kindNames[kind]}
            </option>
          ))}
        </Select>
      </label>
      <label className="w-44">
        <span className="sr-only">Order</span>
        <Select
          value={sortInForce(query)}
          onChange={(event) => onChange({ sort: SkillSort.safeParse(event.target.value).data })}
          className="h-9!"
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {sortNames[sort]}
            </option>
          ))}
        </Select>
      </label>
    </div>
  )
}

function NothingFound({ query, onClear }: { query: BrowseQuery; onClear: () => void }) {
  const isNarrowed = query.text.trim() !== '' || query.kind !== undefined
  if (!isNarrowed)
    return <EmptyState title="No skill here yet">Nothing has been published in this place so far.</EmptyState>
  return (
    <EmptyState title="No skill matches" action={<Button onClick={onClear}>Clear the search</Button>}>
      Names, descriptions and tags were searched, also for similar spellings. Try fewer or other words
      {query.category || query.kind ? ', or look through every category and kind' : ''}.
    </EmptyState>
  )
}

function Results({ results, query, onClear }: { results: SkillResults; query: BrowseQuery; onClear: () => void }) {
  return (
    <div aria-busy={results.isSearching} className={results.isSearching ? 'opacity-60' : undefined}>
      {results.problem && (
        <div className="pb-6">
          <Notice
            tone="problem"
            title="The search did not answer"
            action={
              <Button size="small" onClick={results.retry}>
                Try again
              </Button>
            }
          >
            {results.problem}
          </Notice>
        </div>
      )}
      {results.items.length > 0 ? (
        <SkillRows skills={results.items} heading="h2" />
      ) : (
        <NothingFound query={query} onClear={onClear} />
      )}
      {results.nextCursor !== null && (
        <div className="pt-6">
          <Button busy={results.isLoadingMore} onClick={() => void results.loadMore()}>
            Load more
          </Button>
        </div>
      )}
    </div>
  )
}

/** How many skills the query has in all: known only while nothing but the category narrows it. */
function totalOf(query: BrowseQuery, categories: CategoryCount[]): number | null {
  if (query.text.trim() !== '' || query.kind) return null
  const counted = query.category ? categories.filter(({ category }) => category === query.category) : categories
  return counted.reduce((sum, { count }) => sum + count, 0)
}

/** The marketplace: search as you type, narrow, order, and page. Its state is in the address. */
export function SkillBrowser({ categories, query: initialQuery, page }: SkillBrowserProps) {
  const parameters = useSearchParams()
  const [query, setQuery] = useState(() => browseQueryOf(initialQuery.category, Object.fromEntries(parameters)))
  const text = useDebounced(query.text, DEBOUNCE_MS)
  const settled = { ...query, text }
  const results = useSkillResults(settled, { key: keyOf(initialQuery), ...page })
  const change = (part: Partial<BrowseQuery>) => setQuery((now) => ({ ...now, ...part }))

  const { category, kind, sort } = query
  useEffect(() => {
    const address = paths.marketplace({
      ...(category && { category }),
      text: text.trim(),
      ...(kind && { kind }),
      ...(sort && { sort }),
    })
    if (address !== `${window.location.pathname}${window.location.search}`)
      window.history.replaceState(null, '', address)
  }, [category, text, kind, sort])

  return (
    <>
      <SearchInput value={query.text} onChange={(value) => change({ text: value })} />
      <div className="mt-6 grid gap-x-12 gap-y-6 lg:mt-10 lg:grid-cols-[11rem_minmax(0,1fr)]">
        <CategoryRail categories={categories} query={settled} />
        <div className="min-w-0">
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 pb-5">
            <ResultCount
              shown={results.items.length}
              hasMore={results.nextCursor !== null}
              total={totalOf(settled, categories)}
              text={text}
              isSearching={results.isSearching}
            />
            <Filters query={query} onChange={change} />
          </div>
          <Results results={results} query={settled} onClear={() => change({ text: '', kind: undefined })} />
        </div>
      </div>
    </>
  )
}
