import type { Metadata } from 'next'
import { Link } from '../../../lib/link.tsx'
import { redirect } from 'next/navigation'
import { AccountFrame } from '../../../features/identity/account-frame.tsx'
import { RegisterForm } from '../../../features/identity/register-form.tsx'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths, safeNext } from '../../../lib/paths.ts'
import { currentUser } from '../../../lib/session.ts'

export const metadata: Metadata = { title: 'Create an account' }

export default async function RegisterPage({ searchParams }: PageProps) {
  const next = safeNext((await searchParams)['next'])
  if (await currentUser()) redirect(next)
  return (
    <AccountFrame
      title="Create an account"
      other={
        <>
          Already here?{' '}
          <Link href={paths.login(next)} className="link">
            Sign in
          </Link>
        </>
      }
    >
      <RegisterForm next={next} />
    </AccountFrame>
  )
}
