import type { Metadata } from 'next'
import { ActionList } from '../../../../../../features/skills/action-list.tsx'
import { installationOf, skillAt } from '../../../../../../features/skills/skill-page-data.ts'
import type { PageProps } from '../../../../../../lib/page-props.ts'
import { paths } from '../../../../../../lib/paths.ts'

export const metadata: Metadata = { title: 'Actions' }

export default async function ActionsPage({ params }: PageProps<{ publisher: string; name: string }>) {
  const skill = await skillAt(await params, paths.skillActions)
  const installation = skill.runnable ? await installationOf(skill) : null
  const runHref = installation ? (action: string) => paths.run(installation.id, { action }) : null
  return <ActionList actions={skill.actions} runHref={runHref} />
}
