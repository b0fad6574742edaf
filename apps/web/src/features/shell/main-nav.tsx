'use client'

import { Link } from '../../lib/link.tsx'
import { usePathname } from 'next/navigation'
import { mainDestinations } from './navigation.ts'

/** The main places as links on one line. */
export function MainNav() {
  const pathname = usePathname()
  return (
    <nav aria-label="Main" className="hidden self-stretch md:flex">
      {mainDestinations.map(({ label, href }) => {
        const isCurrent = pathname === href || pathname.startsWith(`${href}/`)
        return (
          <Link
            key={href}
            href={href}
            aria-current={isCurrent ? 'page' : undefined}
            className="-mb-px flex items-center border-b border-transparent px-3 text-base text-soft hover:text-accent aria-[current]:border-ink aria-[current]:text-ink"
          >
            {label}
          </Link>
        )
      })}
    </nav>
  )
}
