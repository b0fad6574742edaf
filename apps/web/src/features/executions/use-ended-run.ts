'use client'

import type { Execution } from '@guildhall/contracts'
import { useEffect, useState } from 'react'
import { browserClient } from '../../lib/sdk-browser.ts'

/** The run as it stands once it is over, with what only its row knows: files, and whether its result is large. */
export function useEndedRun(execution: Execution, isOver: boolean): Execution {
  const [ended, setEnded] = useState(execution)
  useEffect(() => {
    if (!isOver || ended.finishedAt !== null) return
    let isCurrent = true
    browserClient.executions
      .get({ params: { id: execution.id } })
      .then((row) => isCurrent && setEnded(row))
      // The result and the journal are there all the same; only the links to files are not.
      .catch(() => undefined)
    return () => {
      isCurrent = false
    }
  }, [execution.id, isOver, ended.finishedAt])
  return ended
}
