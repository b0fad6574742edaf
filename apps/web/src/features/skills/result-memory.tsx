'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { Answers } from './search-answers.ts'

/** More than these are not remembered; the oldest goes first. */
const KEPT = 8

export interface ResultMemory {
  /** The visitor went back or forward to this address. */
  comeBackTo: (href: string) => void
  /** What was shown for this question; null unless the visitor just came back to this very address. */
  recall: (key: string, href: string) => Answers | null
  keep: (answers: Answers) => void
}

/** An empty memory. */
export function createResultMemory(): ResultMemory {
  const answers = new Map<string, Answers>()
  let cameBackTo: string | null = null
  return {
    comeBackTo: (href) => {
      cameBackTo = href
    },
    recall: (key, href) => (cameBackTo === href ? (answers.get(key) ?? null) : null),
    keep: (shown) => {
      cameBackTo = null
      answers.delete(shown.key)
      answers.set(shown.key, shown)
      for (const key of [...answers.keys()].slice(0, -KEPT)) answers.delete(key)
    },
  }
}

const Memory = createContext<ResultMemory | null>(null)

/** Remembers what the marketplace showed while the visitor is elsewhere on the site, so that going back shows it again at once. */
export function ResultMemoryProvider({ children }: { children: ReactNode }) {
  const [memory] = useState(createResultMemory)
  useEffect(() => {
    const comeBack = () => memory.comeBackTo(window.location.href)
    window.addEventListener('popstate', comeBack, { capture: true })
    return () => window.removeEventListener('popstate', comeBack, { capture: true })
  }, [memory])
  return <Memory value={memory}>{children}</Memory>
}

/** The memory of the site; null outside of it. */
export function useResultMemory(): ResultMemory | null {
  return useContext(Memory)
}
