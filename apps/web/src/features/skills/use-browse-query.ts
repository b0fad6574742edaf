'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { useDebounced } from '../../lib/use-debounced.ts'
import { addressOf, type BrowseQuery, browseQueryOfUrl } from './browse-query.ts'

const DEBOUNCE_MS = 150

export interface ChangingQuery {
  /** What the controls show. */
  query: BrowseQuery
  /** The same once typing has paused: what is asked. */
  settled: BrowseQuery
  /** Types: the address follows without a new entry in the history. */
  type: (text: string) => void
  /** Narrows, widens or orders: a new entry in the history, so that going back undoes it. */
  change: (part: Partial<BrowseQuery>) => void
}

const hrefOf = (query: BrowseQuery): string => paths.marketplace(addressOf(query))

/** The query of the marketplace. It stands in the address, which going back and forward changes too. */
export function useBrowseQuery(): ChangingQuery {
  const pathname = usePathname()
  const parameters = useSearchParams()
  const [query, setQuery] = useState(() => browseQueryOfUrl({ pathname, search: parameters.toString() }))
  const settled = { ...query, text: useDebounced(query.text, DEBOUNCE_MS) }
  const address = hrefOf(settled)

  useEffect(() => {
    const comeBack = () => setQuery(browseQueryOfUrl(window.location))
    window.addEventListener('popstate', comeBack)
    return () => window.removeEventListener('popstate', comeBack)
  }, [])

  useEffect(() => {
    if (address !== `${window.location.pathname}${window.location.search}`)
      window.history.replaceState(null, '', address)
  }, [address])

  return {
    query,
    settled,
    type: (text) => setQuery((now) => ({ ...now, text })),
    change: (part) => {
      const next = { ...query, ...part }
      setQuery(next)
      if (hrefOf(next) !== address) window.history.pushState(null, '', hrefOf(next))
    },
  }
}
