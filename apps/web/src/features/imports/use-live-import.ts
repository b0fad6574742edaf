'use client'

import type { Import } from '@guildhall/contracts'
import { useEffect, useState } from 'react'
import { browserClient } from '../../lib/sdk-browser.ts'
import { isOver } from './import-words.ts'

const POLL_MS = 1000

/** An import as it moves: asked for again until it is over. */
export function useLiveImport(initial: Import): Import {
  const [current, setCurrent] = useState(initial)
  useEffect(() => {
    if (isOver(current.status)) return
    const abort = new AbortController()
    const load = () => {
      browserClient.imports
        .get({ params: { id: current.id } }, { signal: abort.signal })
        .then(setCurrent)
        // A new object starts the next round; a lost connection is simply asked again.
        .catch(() => abort.signal.aborted || setCurrent((now) => ({ ...now })))
    }
    const timer = setTimeout(load, POLL_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [current])
  return current
}
