import type { Metadata } from 'next'
import { VerifyPublisher } from '../../features/admin/verify-publisher.tsx'
import { PublisherProfile } from '../../features/skills/publisher-profile.tsx'
import { found } from '../../lib/found.ts'
import type { PageProps } from '../../lib/page-props.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { currentUser } from '../../lib/session.ts'

type Props = PageProps<{ publisher: string }>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `@${(await params).publisher}` }
}

export default async function PublisherPage({ params }: Props) {
  const { publisher: handle } = await params
  const client = await serverClient()
  const [publisher, user] = await Promise.all([
    found(client.publishers.get({ params: { publisher: handle } })),
    currentUser(),
  ])
  const page = await client.skills.list({ query: { publisher: handle, sort: 'popular', limit: 100 } })
  return (
    <PublisherProfile
      publisher={publisher}
      skills={page.items}
      hasMore={page.nextCursor !== null}
      isOwn={user?.handle === publisher.handle}
      action={user?.role === 'admin' && <VerifyPublisher handle={publisher.handle} verified={publisher.verified} />}
    />
  )
}
