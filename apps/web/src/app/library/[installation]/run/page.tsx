import { fullNameOf } from '@guildhall/contracts'
import type { Metadata } from 'next'
import { earlierRun } from '../../../../features/executions/earlier-run.tsx'
import { RunPage } from '../../../../features/executions/run-page.tsx'
import { oneOf } from '../../../../lib/address-query.ts'
import { found } from '../../../../lib/found.ts'
import type { PageProps } from '../../../../lib/page-props.ts'
import { installationAt, titledBy } from '../../../../lib/page-things.ts'
import { paths } from '../../../../lib/paths.ts'
import { serverClient } from '../../../../lib/sdk-server.ts'
import { requireUser } from '../../../../lib/session.ts'

type Props = PageProps<{ installation: string }>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { installation: id } = await params
  return titledBy(installationAt(id), ({ skill }) => `Run ${skill.displayName}`, 'Run')
}

export default async function RunInstallationPage({ params, searchParams }: Props) {
  const [{ installation: id }, query] = await Promise.all([params, searchParams])
  await requireUser(paths.run(id))
  const client = await serverClient()
  const installation = await installationAt(id)
  const { publisher, name } = installation.skill
  const skill = fullNameOf(installation.skill)
  const usesSecrets = installation.granted.secrets.length > 0
  const [version, history, secrets, again] = await Promise.all([
    found(client.skills.version({ params: { publisher, name, version: installation.version } })),
    client.executions.list({ query: { skill, limit: 10 } }),
    usesSecrets ? client.installations.secrets({ params: { id } }) : { items: [] },
    earlierRun(oneOf(query, 'again')),
  ])
  return (
    <RunPage
      installation={installation}
      actions={version.actions}
      wanted={query['action']}
      history={history.items}
      secrets={secrets.items}
      again={again}
    />
  )
}
