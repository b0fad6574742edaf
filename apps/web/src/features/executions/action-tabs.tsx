import { Link } from '../../lib/link.tsx'
import { Mono } from '../../ui/mono.tsx'
import { tabLinkClass, tabRowClass } from '../../ui/tab-links.tsx'

export interface ActionTabsProps {
  names: string[]
  current: string
  hrefOf: (action: string) => string
}

/** The actions of a skill to choose from. */
export function ActionTabs({ names, current, hrefOf }: ActionTabsProps) {
  return (
    <nav aria-label="Actions" className={tabRowClass}>
      {names.map((name) => (
        <Link
          key={name}
          href={hrefOf(name)}
          scroll={false}
          aria-current={name === current ? 'page' : undefined}
          className={tabLinkClass(name === current)}
        >
          <Mono>{name}</Mono>
        </Link>
      ))}
    </nav>
  )
}
