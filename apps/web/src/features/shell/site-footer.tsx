import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'

/** The line at the foot of every page. */
export function SiteFooter() {
  return (
    <footer className="mt-auto border-t border-rule">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-6 gap-y-1 px-4 py-6 text-sm text-soft sm:px-6">
        <span className="me-auto">Nothing on this page is loaded from anywhere else.</span>
        <Link href={paths.docs()} className="link py-1">
          Guides
        </Link>
        <Link href={paths.apiReference()} className="link py-1">
          API reference
        </Link>
      </div>
    </footer>
  )
}
