import type { Metadata } from 'next'
import { PasswordForm } from '../../features/identity/password-form.tsx'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { requireUser } from '../../lib/session.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Mono } from '../../ui/mono.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'
import { Section } from '../../ui/section.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

export const metadata: Metadata = { title: 'Profile' }

export default async function ProfilePage() {
  const user = await requireUser(paths.profile())
  return (
    <>
      <PageHeading title={<span dir="auto">{user.name}</span>} lead="What this server knows of you." />
      <div className="max-w-xl border-t border-ink">
        <Facts
          facts={[
            { term: 'Email', value: user.email },
            { term: 'Handle', value: <Mono>@{user.handle}</Mono> },
            { term: 'Role', value: user.role },
            { term: 'Here since', value: <Timestamp at={user.createdAt} /> },
          ]}
        />
      </div>
      <div className="flex flex-wrap gap-3 pt-6">
        <Link href={paths.publisher(user.handle)} className={buttonClass()}>
          Public page
        </Link>
      </div>
      <Section title="Password" className="mt-14">
        <PasswordForm />
      </Section>
    </>
  )
}
