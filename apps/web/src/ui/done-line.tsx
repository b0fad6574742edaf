'use client'

import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import { Button } from './button.tsx'

const SHOWN_MS = 8000

type Tell = (words: ReactNode) => void

const Telling = createContext<Tell>(() => undefined)

/** Tells the visitor what has just been done, also where the page goes on to another one or loses the thing it was about. */
export function useTell(): Tell {
  return useContext(Telling)
}

/** Holds the line at the foot of the window in which is told what has been done; it goes by itself. */
export function DoneLineProvider({ children }: { children: ReactNode }) {
  const [told, setTold] = useState<{ words: ReactNode } | null>(null)
  const tell = useCallback<Tell>((words) => setTold({ words }), [])
  useEffect(() => {
    if (told === null) return
    const timer = setTimeout(() => setTold(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [told])
  return (
    <Telling value={tell}>
      {children}
      {/* Named live as well as by its role: a dialog that closes hides from readers whatever is not. */}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-30 flex justify-center"
      >
        {told && (
          <div
            data-done
            className="pointer-events-auto flex max-w-xl animate-[arrive_150ms_ease-out] items-center gap-3 border border-ink bg-paper py-1.5 ps-4 pe-1.5"
          >
            <span className="min-w-0 break-name">{told.words}</span>
            <Button variant="plain" size="small" aria-label="Close this message" onClick={() => setTold(null)}>
              Close
            </Button>
          </div>
        )}
      </div>
    </Telling>
  )
}
