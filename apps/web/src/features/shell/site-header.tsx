import type { Me } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import type { Theme } from '../../lib/theme.ts'
import { buttonClass } from '../../ui/button.tsx'
import { AccountMenu } from './account-menu.tsx'
import { CommandPalette } from './command-palette.tsx'
import { MainNav } from './main-nav.tsx'

/** The line at the top of every page. */
export function SiteHeader({ user, theme }: { user: Me | null; theme: Theme }) {
  return (
    <header className="border-b border-rule">
      <div className="mx-auto flex h-15 max-w-6xl items-center gap-2 px-4 sm:px-6">
        <Link
          href={paths.home()}
          className="me-3 flex min-h-11 items-center font-serif text-lg font-semibold tracking-tight"
        >
          Guildhall
        </Link>
        <MainNav />
        <div className="ms-auto flex items-center gap-1">
          <CommandPalette user={user} />
          {!user && (
            <Link href={paths.login()} className={buttonClass('plain')}>
              Sign in
            </Link>
          )}
          <AccountMenu user={user} theme={theme} />
        </div>
      </div>
    </header>
  )
}
