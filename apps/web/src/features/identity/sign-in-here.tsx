'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { Suspense } from 'react'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { buttonClass } from '../../ui/button.tsx'

function SignInLink() {
  const [pathname, query] = [usePathname(), useSearchParams().toString()]
  return (
    <Link href={paths.login(query === '' ? pathname : `${pathname}?${query}`)} className={buttonClass()}>
      Sign in
    </Link>
  )
}

/** Leads to signing in and back to this very page, which may be there for its owner only. */
export function SignInHere() {
  return (
    <Suspense>
      <SignInLink />
    </Suspense>
  )
}
