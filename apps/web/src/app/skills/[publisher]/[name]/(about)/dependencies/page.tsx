import type { Metadata } from 'next'
import { DependencyList } from '../../../../../../features/skills/dependency-list.tsx'
import { resolvedDependencies } from '../../../../../../features/skills/resolved-dependencies.ts'
import { skillAt, versionOfPage } from '../../../../../../features/skills/skill-page-data.ts'
import { oneOf } from '../../../../../../lib/address-query.ts'
import type { PageProps } from '../../../../../../lib/page-props.ts'
import { paths } from '../../../../../../lib/paths.ts'

export const metadata: Metadata = { title: 'Dependencies' }

export default async function DependenciesPage({
  params,
  searchParams,
}: PageProps<{ publisher: string; name: string }>) {
  const wanted = oneOf(await searchParams, 'version')
  const skill = await skillAt(await params, (now) =>
    paths.skillDependencies(now, { ...(wanted && { version: wanted }) }),
  )
  const version = await versionOfPage(skill.publisher, skill.name, wanted ?? skill.latestVersion)
  const isFree = Object.keys(version.dependencies).length === 0
  const resolved = isFree ? { items: [] } : await resolvedDependencies(skill, version.version)
  return <DependencyList declared={version.dependencies} resolved={resolved} />
}
