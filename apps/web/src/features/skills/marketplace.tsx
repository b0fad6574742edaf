import { capitalised } from '../../lib/format.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { apiQueryOf, type BrowseQuery } from './browse-query.ts'
import { SkillBrowser } from './skill-browser.tsx'

/** The marketplace with its first page of answers already in it. */
export async function Marketplace({ query }: { query: BrowseQuery }) {
  const client = await serverClient()
  const [page, categories] = await Promise.all([
    client.skills.list({ query: apiQueryOf(query) }),
    client.skills.categories(),
  ])
  return (
    <>
      <h1 className="sr-only">{query.category ? `${capitalised(query.category)} skills` : 'Marketplace'}</h1>
      <SkillBrowser key={query.category ?? 'all'} categories={categories.items} query={query} page={page} />
    </>
  )
}
