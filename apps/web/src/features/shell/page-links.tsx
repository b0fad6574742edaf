import { Link } from '../../lib/link.tsx'
import { buttonClass } from '../../ui/button.tsx'

export interface PageLinksProps {
  /** The address of the list without its cursor. */
  path: string
  isFirst: boolean
  nextCursor: string | null
}

/** Onwards through a long list, and back to its start. Nothing where one page is all. */
export function PageLinks({ path, isFirst, nextCursor }: PageLinksProps) {
  if (isFirst && nextCursor === null) return null
  const separator = path.includes('?') ? '&' : '?'
  return (
    <nav aria-label="Pages of the list" className="flex gap-3 pt-6">
      {!isFirst && (
        <Link href={path} className={buttonClass()}>
          First page
        </Link>
      )}
      {nextCursor !== null && (
        <Link href={`${path}${separator}cursor=${encodeURIComponent(nextCursor)}`} className={buttonClass()}>
          Next page
        </Link>
      )}
    </nav>
  )
}
