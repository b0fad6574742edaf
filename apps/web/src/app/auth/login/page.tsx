import type { Metadata } from 'next'
import { Link } from '../../../lib/link.tsx'
import { redirect } from 'next/navigation'
import { AccountFrame } from '../../../features/identity/account-frame.tsx'
import { LoginForm } from '../../../features/identity/login-form.tsx'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths, safeNext } from '../../../lib/paths.ts'
import { currentUser } from '../../../lib/session.ts'

export const metadata: Metadata = { title: 'Sign in' }

export default async function LoginPage({ searchParams }: PageProps) {
  const next = safeNext((await searchParams)['next'])
  if (await currentUser()) redirect(next)
  return (
    <AccountFrame
      title="Sign in"
      other={
        <>
          No account yet?{' '}
          <Link href={paths.register(next)} className="link">
            Create one
          </Link>
        </>
      }
    >
      <LoginForm next={next} />
    </AccountFrame>
  )
}
