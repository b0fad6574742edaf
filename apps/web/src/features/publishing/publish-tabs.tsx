import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { tabLinkClass, tabRowClass } from '../../ui/tab-links.tsx'

const tabs = [
  { part: 'upload', label: 'Upload', href: paths.publish() },
  { part: 'git', label: 'From git', href: paths.imports() },
  { part: 'try', label: 'Try out', href: paths.drafts() },
] as const

/** The ways to publish, and to try out what is not published yet. */
export function PublishTabs({ current }: { current: (typeof tabs)[number]['part'] }) {
  return (
    <nav aria-label="Ways to publish" className={`${tabRowClass} mb-8`}>
      {tabs.map(({ part, label, href }) => (
        <Link
          key={part}
          href={href}
          aria-current={part === current ? 'page' : undefined}
          className={tabLinkClass(part === current)}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
