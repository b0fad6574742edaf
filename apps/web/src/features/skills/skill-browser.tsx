'use client'

import { parseFullName, type SkillSuggestion, SkillSort } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { paths } from '../../lib/paths.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Select } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'
import { type BrowseQuery, isNarrowed, sortInForce } from './browse-query.ts'
import { FacetRail } from './facet-rail.tsx'
import { ResultCount } from './result-count.tsx'
import { SearchInput } from './search-input.tsx'
import type { Answers } from './search-answers.ts'
import { SkillRows } from './skill-row.tsx'
import { useBrowseQuery } from './use-browse-query.ts'
import { type SkillResults, useSkillResults } from './use-skill-results.ts'
import { useSuggestions } from './use-suggestions.ts'

const sortNames: Record<SkillSort, string> = {
  relevance: 'Best match',
  popular: 'Most installed',
  newest: 'Newest',
  updated: 'Recently updated',
  name: 'Name',
}

export interface SkillBrowserProps {
  /** What the address asks for, answered. */
  initial: Answers
  /** The handle of the visitor, null where nobody is signed in. */
  handle: string | null
}

interface FiltersProps {
  query: BrowseQuery
  handle: string | null
  onChange: (change: Partial<BrowseQuery>) => void
}

const WHOSE = { all: 'Everybody’s', mine: 'Mine', private: 'My private ones' }

function whoseIn(query: BrowseQuery, handle: string): keyof typeof WHOSE {
  if (query.visibility === 'private') return 'private'
  return query.publisher === handle ? 'mine' : 'all'
}

function Whose({ query, handle, onChange }: FiltersProps & { handle: string }) {
  const choose = (whose: string) =>
    onChange({
      publisher: whose === 'all' ? undefined : handle,
      visibility: whose === 'private' ? 'private' : undefined,
    })
  return (
    <label className="w-40">
      <span className="sr-only">Whose</span>
      <Select value={whoseIn(query, handle)} onChange={({ target }) => choose(target.value)} className="h-9!">
        {Object.entries(WHOSE).map(([whose, words]) => (
          <option key={whose} value={whose}>
            {words}
          </option>
        ))}
      </Select>
    </label>
  )
}

function Filters({ query, handle, onChange }: FiltersProps) {
  const sorts = SkillSort.options.filter((sort) => sort !== 'relevance' || query.text.trim() !== '')
  return (
    <div className="flex flex-wrap gap-3">
      {handle !== null && <Whose query={query} handle={handle} onChange={onChange} />}
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
  if (!isNarrowed(query))
    return <EmptyState title="No skill here yet">Nothing has been published in this place so far.</EmptyState>
  return (
    <EmptyState title="No skill matches" action={<Button onClick={onClear}>Clear the search</Button>}>
      Names, descriptions and tags were searched, also for similar spellings. Try fewer or other words
      {query.category ? ', or look through every category' : ''}.
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

/** Another spelling that finds something. */
function DidYouMean({ spelling, onTake }: { spelling: string | undefined; onTake: (text: string) => void }) {
  if (spelling === undefined) return null
  return (
    <p className="pb-4 text-base">
      Did you mean{' '}
      <button type="button" className="link" onClick={() => onTake(spelling)}>
        {spelling}
      </button>
      ?
    </p>
  )
}

/** What taking a suggestion other than a skill changes. */
function changeOf({ kind, text }: SkillSuggestion): Partial<BrowseQuery> {
  if (kind === 'publisher') return { text: '', publisher: text.replace(/^@/, '') }
  return kind === 'tag' ? { text: '', tag: text } : { text }
}

const nothing: Partial<BrowseQuery> = {
  text: '',
  kind: undefined,
  tag: undefined,
  publisher: undefined,
  visibility: undefined,
}

/** The marketplace: search as you type, narrow, order, and page. Its state is in the address. */
export function SkillBrowser({ initial, handle }: SkillBrowserProps) {
  const { query, settled, type, change } = useBrowseQuery()
  const results = useSkillResults(settled, initial)
  const suggestions = useSuggestions(settled.text)
  const router = useRouter()
  const take = (suggestion: SkillSuggestion) => {
    const address = suggestion.fullName === null ? null : parseFullName(suggestion.fullName)
    if (address) router.push(paths.skill(address))
    else change(changeOf(suggestion))
  }
  return (
    <>
      <SearchInput value={query.text} onChange={type} suggestions={suggestions} onChoose={take} />
      <div className="mt-6 grid gap-x-12 gap-y-6 lg:mt-10 lg:grid-cols-[11rem_minmax(0,1fr)]">
        <FacetRail facets={results.facets} query={settled} onChange={change} />
        <div className="min-w-0">
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 pb-5">
            <ResultCount
              shown={results.items.length}
              hasMore={results.nextCursor !== null}
              total={results.facets.isTotalExact ? results.facets.total : null}
              text={settled.text}
              isSearching={results.isSearching}
            />
            <Filters query={query} handle={handle} onChange={change} />
          </div>
          <DidYouMean
            spelling={suggestions.find(({ kind }) => kind === 'spelling')?.text}
            onTake={(text) => change({ text })}
          />
          <Results results={results} query={settled} onClear={() => change(nothing)} />
        </div>
      </div>
    </>
  )
}
