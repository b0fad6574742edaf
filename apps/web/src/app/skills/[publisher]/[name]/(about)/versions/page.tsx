import type { Metadata } from 'next'
import { CompareForm } from '../../../../../../features/skills/compare-form.tsx'
import { skillAt } from '../../../../../../features/skills/skill-page-data.ts'
import { submissionsOf } from '../../../../../../features/skills/unreleased-versions.ts'
import { VersionList } from '../../../../../../features/skills/version-list.tsx'
import { PageLinks } from '../../../../../../features/shell/page-links.tsx'
import { cursorOf } from '../../../../../../lib/cursor.ts'
import type { PageProps } from '../../../../../../lib/page-props.ts'
import { paths } from '../../../../../../lib/paths.ts'
import { serverClient } from '../../../../../../lib/sdk-server.ts'

export const metadata: Metadata = { title: 'Versions' }

export default async function VersionsPage({ params, searchParams }: PageProps<{ publisher: string; name: string }>) {
  const cursor = cursorOf(await searchParams)
  const skill = await skillAt(await params, (now) => paths.skillVersions(now, cursor))
  const client = await serverClient()
  const address = { publisher: skill.publisher, name: skill.name }
  const page = await client.skills.versions({ params: address, query: { limit: 50, ...cursor } })
  return (
    <>
      {page.items.length > 1 && (
        <div className="pb-8">
          <CompareForm skill={address} versions={page.items} from={undefined} to={undefined} />
        </div>
      )}
      <VersionList
        skill={address}
        versions={page.items}
        hasMore={page.nextCursor !== null}
        submissions={await submissionsOf(address, page.items)}
      />
      <PageLinks path={paths.skillVersions(address)} isFirst={!cursor.cursor} nextCursor={page.nextCursor} />
    </>
  )
}
