import { fullNameOf } from '@guildhall/contracts'
import type { Metadata } from 'next'
import { RunPage } from '../../../../features/executions/run-page.tsx'
import { found } from '../../../../lib/found.ts'
import type { PageProps } from '../../../../lib/page-props.ts'
import { paths } from '../../../../lib/paths.ts'
import { serverClient } from '../../../../lib/sdk-server.ts'
import { requireUser } from '../../../../lib/session.ts'

export const metadata: Metadata = { title: 'Run' }

export default async function RunInstallationPage({ params, searchParams }: PageProps<{ installation: string }>) {
  const [{ installation: id }, query] = await Promise.all([params, searchParams])
  await requireUser(paths.run(id))
  const client = await serverClient()
  const installation = await found(client.installations.get({ params: { id } }))
  const { publisher, name } = installation.skill
  const skill = fullNameOf(installation.skill)
  const usesSecrets = installation.granted.secrets.length > 0
  const [version, history, secrets] = await Promise.all([
    found(client.skills.version({ params: { publisher, name, version: installation.version } })),
    client.executions.list({ query: { skill, limit: 10 } }),
    usesSecrets ? client.installations.secrets({ params: { id } }) : { items: [] },
  ])
  return (
    <RunPage
      installation={installation}
      actions={version.actions}
      wanted={query['action']}
      history={history.items}
      secrets={secrets.items}
    />
  )
}
