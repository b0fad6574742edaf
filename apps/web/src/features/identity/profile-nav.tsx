'use client'

import { usePathname } from 'next/navigation'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { tabLinkClass, tabRowClass } from '../../ui/tab-links.tsx'

const tabs = [
  { label: 'Account', href: paths.profile() },
  { label: 'API keys', href: paths.keys() },
  { label: 'Transfers', href: paths.transfers() },
]

/** The parts of what belongs to one account. */
export function ProfileNav() {
  const pathname = usePathname()
  return (
    <nav aria-label="Profile" className={tabRowClass}>
      {tabs.map(({ label, href }) => (
        <Link
          key={href}
          href={href}
          aria-current={pathname === href ? 'page' : undefined}
          className={tabLinkClass(pathname === href)}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
