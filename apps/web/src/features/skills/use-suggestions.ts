'use client'

import type { SkillSuggestion } from '@guildhall/contracts'
import { useEffect, useState } from 'react'
import { browserClient } from '../../lib/sdk-browser.ts'

const SHOWN = 8
const LONGEST = 100

/** What somebody who typed this may mean. Empty while nothing is known; a search works without it. */
export function useSuggestions(text: string): SkillSuggestion[] {
  const [found, setFound] = useState<{ text: string; items: SkillSuggestion[] }>({ text: '', items: [] })
  const asked = text.trim()
  useEffect(() => {
    if (asked === '' || asked.length > LONGEST) return
    const abort = new AbortController()
    browserClient.skills
      .suggestions({ query: { text: asked, limit: SHOWN } }, { signal: abort.signal })
      .then(({ items }) => setFound({ text: asked, items }))
      .catch(() => abort.signal.aborted || setFound({ text: asked, items: [] }))
    return () => abort.abort()
  }, [asked])
  return found.text === asked ? found.items : []
}
