'use client'

import { Link } from '../../lib/link.tsx'
import { usePathname } from 'next/navigation'
import { paths } from '../../lib/paths.ts'
import { tabLinkClass, tabRowClass } from '../../ui/tab-links.tsx'

const tabs = [
  { label: 'Overview', href: paths.admin() },
  { label: 'Review', href: paths.review() },
  { label: 'Users', href: paths.users() },
  { label: 'Audit log', href: paths.audit() },
]

/** The parts of the administration. */
export function AdminNav() {
  const pathname = usePathname()
  return (
    <nav aria-label="Administration" className={tabRowClass}>
      {tabs.map(({ label, href }) => {
        const isCurrent = href === paths.admin() ? pathname === href : pathname.startsWith(href)
        return (
          <Link
            key={href}
            href={href}
            aria-current={isCurrent ? 'page' : undefined}
            className={tabLinkClass(isCurrent)}
          >
            {label}
          </Link>
        )
      })}
    </nav>
  )
}
