import type { Metadata } from 'next'
import { Link } from '../lib/link.tsx'
import { SignInHere } from '../features/identity/sign-in-here.tsx'
import { paths } from '../lib/paths.ts'
import { currentUser } from '../lib/session.ts'
import { buttonClass } from '../ui/button.tsx'
import { PageHeading } from '../ui/page-heading.tsx'

export const metadata: Metadata = { title: 'Not found' }

export default async function NotFound() {
  // Where nothing answers, the page still says what it can.
  const user = await currentUser().catch(() => null)
  return (
    <>
      <PageHeading
        title="There is nothing at this address"
        lead="The page may have moved, or you may not be allowed to see it. A skill may have been withdrawn by its publisher."
      />
      <div className="flex flex-wrap gap-3">
        <Link href={paths.marketplace()} className={buttonClass('primary')}>
          Search the marketplace
        </Link>
        <Link href={paths.home()} className={buttonClass()}>
          Front page
        </Link>
        {user === null && <SignInHere />}
      </div>
    </>
  )
}
