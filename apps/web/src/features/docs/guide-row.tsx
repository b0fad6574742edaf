import { Link } from '../../lib/link.tsx'

export interface GuideRowProps {
  href: string
  title: string
  /** One sentence. */
  summary: string
}

/** A guide in the list of all. */
export function GuideRow({ href, title, summary }: GuideRowProps) {
  return (
    <li className="border-b border-rule py-4 first:pt-0 last:border-0 max-lg:first:pt-4">
      <h3 className="text-lg font-semibold">
        <Link href={href} className="quiet-link">
          {title}
        </Link>
      </h3>
      <p className="text-soft">{summary}</p>
    </li>
  )
}
