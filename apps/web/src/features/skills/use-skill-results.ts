'use client'

import type { SkillSummary } from '@guildhall/contracts'
import { useEffect, useState } from 'react'
import { shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { apiQueryOf, type BrowseQuery, keyOf } from './browse-query.ts'

export interface SkillPage {
  items: SkillSummary[]
  nextCursor: string | null
}

interface Results extends SkillPage {
  /** Which question they answer. */
  key: string
}

export interface SkillResults extends SkillPage {
  isSearching: boolean
  isLoadingMore: boolean
  problem: string | null
  loadMore: () => Promise<void>
  retry: () => void
}

interface Failure {
  /** Which question it is about. */
  key: string
  message: string
}

const failureOf = (key: string, error: unknown): Failure => ({ key, message: shownProblem(error).remedy })

/** Answers a query that changes: the newest wins, older requests are aborted, further pages are appended. */
export function useSkillResults(query: BrowseQuery, initial: Results): SkillResults {
  const [results, setResults] = useState(initial)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [attempt, setAttempt] = useState(0)
  const [isLoadingMore, setLoadingMore] = useState(false)
  const key = keyOf(query)

  useEffect(() => {
    if (key === results.key) return
    const abort = new AbortController()
    browserClient.skills
      .list({ query: JSON.parse(key) }, { signal: abort.signal })
      .then((page) => {
        setResults({ key, ...page })
        setFailure(null)
      })
      .catch((error: unknown) => abort.signal.aborted || setFailure(failureOf(key, error)))
    return () => abort.abort()
  }, [key, results.key, attempt])

  const loadMore = async () => {
    if (results.nextCursor === null || isLoadingMore) return
    setLoadingMore(true)
    try {
      const page = await browserClient.skills.list({ query: apiQueryOf(query, results.nextCursor) })
      setResults((now) =>
        now.key === key && now.nextCursor === results.nextCursor
          ? { key, items: [...now.items, ...page.items], nextCursor: page.nextCursor }
          : now,
      )
      setFailure(null)
    } catch (error) {
      setFailure(failureOf(key, error))
    } finally {
      setLoadingMore(false)
    }
  }

  // A failure of an older question says nothing about the one being asked now.
  const problem = failure?.key === key ? failure.message : null
  return {
    items: results.items,
    nextCursor: results.nextCursor,
    isSearching: key !== results.key && problem === null,
    isLoadingMore,
    problem,
    loadMore,
    retry: () => {
      setFailure(null)
      setAttempt((count) => count + 1)
    },
  }
}
