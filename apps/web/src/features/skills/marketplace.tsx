import { capitalised } from '../../lib/format.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { currentUser } from '../../lib/session.ts'
import { apiQueryOf, type BrowseQuery, facetQueryOf, keyOf } from './browse-query.ts'
import { SkillBrowser } from './skill-browser.tsx'

/** The marketplace with its first page of answers already in it. */
export async function Marketplace({ query }: { query: BrowseQuery }) {
  const client = await serverClient()
  const [page, facets, user] = await Promise.all([
    client.skills.list({ query: apiQueryOf(query) }),
    client.skills.facets({ query: facetQueryOf(query) }),
    currentUser(),
  ])
  const key = keyOf(query)
  return (
    <>
      <h1 className="sr-only">{query.category ? `${capitalised(query.category)} skills` : 'Marketplace'}</h1>
      <SkillBrowser key={key} initial={{ key, ...page, facets }} handle={user?.handle ?? null} />
    </>
  )
}
