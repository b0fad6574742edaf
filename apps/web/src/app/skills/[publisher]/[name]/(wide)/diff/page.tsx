import type { Metadata } from 'next'
import { compared } from '../../../../../../features/diff/compared.ts'
import { VersionDiffView } from '../../../../../../features/diff/version-diff-view.tsx'
import { CompareForm } from '../../../../../../features/skills/compare-form.tsx'
import { skillAt } from '../../../../../../features/skills/skill-page-data.ts'
import { oneOf } from '../../../../../../lib/address-query.ts'
import type { PageProps } from '../../../../../../lib/page-props.ts'
import { paths } from '../../../../../../lib/paths.ts'
import { serverClient } from '../../../../../../lib/sdk-server.ts'
import { Notice } from '../../../../../../ui/notice.tsx'

export const metadata: Metadata = { title: 'Changes' }

export default async function DiffPage({ params, searchParams }: PageProps<{ publisher: string; name: string }>) {
  const query = await searchParams
  const [from, to, file] = ['from', 'to', 'file'].map((name) => oneOf(query, name))
  const asked = { ...(from && { from }), ...(to && { to }), ...(file && { file }) }
  const { publisher, name, latestVersion } = await skillAt(await params, (now) => paths.skillDiff(now, asked))
  const client = await serverClient()
  const [versions, diff] = await Promise.all([
    client.skills.versions({ params: { publisher, name }, query: { limit: 100 } }),
    compared({ publisher, name }, to ?? latestVersion, from),
  ])
  const shown = 'files' in diff ? diff : { from, to: to ?? latestVersion }
  return (
    <>
      <h1 className="pb-6 text-2xl font-semibold tracking-tight">
        {'files' in diff ? `Changes from ${diff.from} to ${diff.to}` : 'Changes'}
      </h1>
      {versions.items.length > 1 && (
        <div className="pb-10">
          <CompareForm skill={{ publisher, name }} versions={versions.items} from={shown.from} to={shown.to} />
        </div>
      )}
      {'files' in diff ? (
        <VersionDiffView skill={{ publisher, name }} diff={diff} onlyFile={file} />
      ) : (
        <Notice title={diff.title}>{diff.remedy}</Notice>
      )}
    </>
  )
}
