'use client'

import type { SkillAddress } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { usePathname } from 'next/navigation'
import { paths } from '../../lib/paths.ts'
import { useCurrentInView } from '../../lib/use-current-in-view.ts'
import { tabLinkClass, tabRowClass } from '../../ui/tab-links.tsx'

export interface SkillTabsProps {
  skill: SkillAddress
  counts: { permissions: number; actions: number }
  /** The visitor may change the skill. */
  isManageable: boolean
}

/** The parts of a skill's page. */
export function SkillTabs({ skill, counts, isManageable }: SkillTabsProps) {
  const pathname = usePathname()
  const row = useCurrentInView<HTMLElement>(pathname)
  const tabs = [
    { label: 'Readme', href: paths.skill(skill), count: null },
    { label: 'Permissions', href: paths.skillPermissions(skill), count: counts.permissions },
    { label: 'Actions', href: paths.skillActions(skill), count: counts.actions },
    { label: 'Files', href: paths.skillFiles(skill), count: null },
    { label: 'Versions', href: paths.skillVersions(skill), count: null },
    { label: 'Diff', href: paths.skillDiff(skill), count: null },
    { label: 'Dependencies', href: paths.skillDependencies(skill), count: null },
    ...(isManageable ? [{ label: 'Manage', href: paths.skillManage(skill), count: null }] : []),
  ]
  return (
    <nav ref={row} aria-label="Parts of this skill" className={tabRowClass}>
      {tabs.map(({ label, href, count }) => (
        <Link
          key={href}
          href={href}
          scroll={false}
          aria-current={pathname === href ? 'page' : undefined}
          className={tabLinkClass(pathname === href)}
        >
          {label}
          {count !== null && <span className="numbers text-sm font-normal text-faint">{count}</span>}
        </Link>
      ))}
    </nav>
  )
}
