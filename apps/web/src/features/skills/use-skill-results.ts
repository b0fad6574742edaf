'use client'

import { useEffect, useState } from 'react'
import { shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { apiQueryOf, type BrowseQuery, facetQueryOf, keyOf } from './browse-query.ts'
import type { Answers } from './search-answers.ts'
import { type ResultMemory, useResultMemory } from './result-memory.tsx'

export interface SkillResults extends Answers {
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

async function ask(query: BrowseQuery, signal: AbortSignal): Promise<Answers> {
  const [page, facets] = await Promise.all([
    browserClient.skills.list({ query: apiQueryOf(query) }, { signal }),
    browserClient.skills.facets({ query: facetQueryOf(query) }, { signal }),
  ])
  return { key: keyOf(query), ...page, facets }
}

function recalled(memory: ResultMemory | null, key: string): Answers | null {
  return typeof window === 'undefined' ? null : (memory?.recall(key, window.location.href) ?? null)
}

/** Answers a query that changes: the newest wins, older requests are aborted, further pages are appended. */
export function useSkillResults(query: BrowseQuery, initial: Answers): SkillResults {
  const memory = useResultMemory()
  const key = keyOf(query)
  // One object for as long as the question stays the same, however often `query` is made anew.
  const [question, setQuestion] = useState({ key, query })
  if (question.key !== key) setQuestion({ key, query })
  const [results, setResults] = useState(() => recalled(memory, key) ?? initial)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [attempt, setAttempt] = useState(0)
  const [isLoadingMore, setLoadingMore] = useState(false)

  useEffect(() => memory?.keep(results), [results, memory])

  useEffect(() => {
    if (question.key === results.key) return
    const abort = new AbortController()
    ask(question.query, abort.signal)
      .then((answers) => {
        setResults(answers)
        setFailure(null)
      })
      .catch((error: unknown) => abort.signal.aborted || setFailure(failureOf(question.key, error)))
    return () => abort.abort()
  }, [question, results.key, attempt])

  const loadMore = async () => {
    if (results.nextCursor === null || isLoadingMore) return
    setLoadingMore(true)
    try {
      const page = await browserClient.skills.list({ query: apiQueryOf(query, results.nextCursor) })
      setResults((now) =>
        now.key === key && now.nextCursor === results.nextCursor
          ? { ...now, items: [...now.items, ...page.items], nextCursor: page.nextCursor }
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
    ...results,
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
