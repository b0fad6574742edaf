import { VersionTable } from '../../../../../features/skills/version-table.tsx'
import { found } from '../../../../../lib/found.ts'
import type { PageProps } from '../../../../../lib/page-props.ts'
import { serverClient } from '../../../../../lib/sdk-server.ts'

export default async function VersionsPage({ params }: PageProps<{ publisher: string; name: string }>) {
  const address = await params
  const client = await serverClient()
  const page = await found(client.skills.versions({ params: address, query: { limit: 100 } }))
  return (
    <>
      <VersionTable skill={address} versions={page.items} />
      {page.nextCursor !== null && <p className="pt-4 text-sm text-soft">The 100 newest versions are shown.</p>}
    </>
  )
}
