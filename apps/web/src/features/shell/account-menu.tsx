'use client'

import type { Me } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import type { Theme } from '../../lib/theme.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuRule, MenuText } from '../../ui/menu.tsx'
import { accountDestinations, adminDestinations, type Destination, mainDestinations } from './navigation.ts'
import { ThemeChoice } from './theme-choice.tsx'

function Links({ destinations, className }: { destinations: Destination[]; className?: string }) {
  return destinations.map(({ label, href }) => (
    <MenuItem key={href} asChild className={className}>
      <Link href={href}>{label}</Link>
    </MenuItem>
  ))
}

/** Ends the session and starts afresh, so that nothing of the person stays in memory. */
async function signOut(): Promise<void> {
  await browserClient.auth.logout()
  window.location.assign(paths.home())
}

export interface AccountMenuProps {
  user: Me | null
  theme: Theme
}

/** What concerns the visitor: their pages, the appearance, signing out. On a phone it carries the main places too. */
export function AccountMenu({ user, theme }: AccountMenuProps) {
  const trigger = (
    <Button variant="plain" className="max-w-40 px-3!">
      <span className="md:hidden">Menu</span>
      <span className="hidden truncate md:block">{user ? user.handle : 'Menu'}</span>
    </Button>
  )
  return (
    <Menu trigger={trigger}>
      {user && (
        <MenuText>
          <span className="block font-[550] text-ink" dir="auto">
            {user.name}
          </span>
          {user.email}
        </MenuText>
      )}
      <Links destinations={mainDestinations} className="md:hidden" />
      {user ? (
        <Links destinations={[{ label: 'Public page', href: paths.publisher(user.handle) }, ...accountDestinations]} />
      ) : null}
      {user?.role === 'admin' && (
        <>
          <MenuRule />
          <Links destinations={adminDestinations} />
        </>
      )}
      {(user || theme) && <MenuRule />}
      <ThemeChoice initial={theme} />
      <MenuRule />
      {user ? (
        <MenuItem onSelect={() => void signOut()}>Sign out</MenuItem>
      ) : (
        <Links
          destinations={[
            { label: 'Sign in', href: paths.login() },
            { label: 'Create an account', href: paths.register() },
          ]}
        />
      )}
    </Menu>
  )
}
