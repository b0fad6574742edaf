import { Dashboard } from '../features/home/dashboard.tsx'
import { Welcome } from '../features/home/welcome.tsx'
import { serverClient } from '../lib/sdk-server.ts'
import { currentUser } from '../lib/session.ts'

export default async function HomePage() {
  const [user, client] = await Promise.all([currentUser(), serverClient()])
  if (user === null) {
    const [newest, categories] = await Promise.all([
      client.skills.list({ query: { sort: 'newest', limit: 6 } }),
      client.skills.categories(),
    ])
    return <Welcome newest={newest.items} categories={categories.items} />
  }
  const [installations, executions, submissions, transfers, reviews] = await Promise.all([
    client.installations.list({ query: { limit: 6 } }),
    client.executions.list({ query: { limit: 6 } }),
    client.publishing.list({ query: { limit: 6 } }),
    client.transfers.list({ query: { status: 'pending' } }),
    user.role === 'admin' ? client.review.queue({ query: { limit: 1 } }) : { items: [] },
  ])
  return (
    <Dashboard
      user={user}
      installations={installations.items}
      executions={executions.items}
      submissions={submissions.items}
      transfers={transfers.items}
      hasReviews={reviews.items.length > 0}
    />
  )
}
