import { formatCount, plural } from '../../lib/format.ts'

export interface ResultCountProps {
  shown: number
  hasMore: boolean
  /** How many there are in all, where that is known. */
  total: number | null
  text: string
  isSearching: boolean
}

function words({ shown, hasMore, total, text }: ResultCountProps): string {
  const forText = text.trim() ? ` for “${text.trim()}”` : ''
  if (shown === 0) return `No skills${forText}`
  if (!hasMore) return `${plural(shown, 'skill')}${forText}`
  if (total !== null && total > shown) return `${formatCount(shown)} of ${plural(total, 'skill')}`
  return `The first ${plural(shown, 'skill')}${forText}, more below`
}

/** How many there are, never more than is known. Announced when it changes. */
export function ResultCount(props: ResultCountProps) {
  return (
    <p role="status" className="numbers min-w-0 text-sm text-soft break-name">
      {props.isSearching ? 'Searching…' : words(props)}
    </p>
  )
}
