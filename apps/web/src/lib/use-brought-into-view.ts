'use client'

import { type RefObject, useEffect, useRef } from 'react'

/** What has to be in sight below the upper edge, for the start of the element to count as seen. */
const SEEN_PX = 160

/** Scrolls an element into view when `key` changes and its start is out of sight; not for null. */
export function useBroughtIntoView<T extends HTMLElement>(key: string | null): RefObject<T | null> {
  const element = useRef<T>(null)
  useEffect(() => {
    if (key === null || element.current === null) return
    const { top } = element.current.getBoundingClientRect()
    if (top < 0 || top > window.innerHeight - SEEN_PX) element.current.scrollIntoView({ block: 'start' })
  }, [key])
  return element
}
