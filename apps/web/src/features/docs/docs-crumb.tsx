import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'

/** The way back to all guides, above the title of one. */
export function DocsCrumb({ group }: { group?: string }) {
  return (
    <p className="eyebrow">
      <Link href={paths.docs()} className="link inline-block py-1">
        Docs
      </Link>
      {group !== undefined && ` / ${group}`}
    </p>
  )
}
