import type { Metadata } from 'next'
import { Link } from '../../../lib/link.tsx'
import { RunView } from '../../../features/executions/run-view.tsx'
import { found } from '../../../lib/found.ts'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { serverClient } from '../../../lib/sdk-server.ts'
import { requireUser } from '../../../lib/session.ts'
import { buttonClass } from '../../../ui/button.tsx'
import { Mono } from '../../../ui/mono.tsx'
import { PageHeading } from '../../../ui/page-heading.tsx'
import { Timestamp } from '../../../ui/timestamp.tsx'

export const metadata: Metadata = { title: 'Run' }

export default async function ExecutionPage({ params }: PageProps<{ id: string }>) {
  const { id } = await params
  await requireUser(paths.execution(id))
  const client = await serverClient()
  const execution = await found(client.executions.get({ params: { id } }))
  const { installationId, draftId, action } = execution
  const again = installationId ? paths.run(installationId, action) : draftId ? paths.draft(draftId, action) : null
  return (
    <>
      <PageHeading
        title={<Mono className="text-xl!">{action}</Mono>}
        lead={
          <>
            <Mono>
              {execution.skill} {execution.version}
            </Mono>
            , <Timestamp at={execution.createdAt} withTime />
          </>
        }
        action={
          again && (
            <Link href={again} className={buttonClass()}>
              Run it again
            </Link>
          )
        }
      />
      <RunView execution={execution} />
      <details className="mt-8 border-y border-rule">
        <summary className="cursor-pointer py-2 text-sm text-accent">Input of this run</summary>
        <pre tabIndex={0} role="region" aria-label="Input" className="overflow-x-auto pb-4 text-sm leading-5.5">
          {JSON.stringify(execution.input, null, 2)}
        </pre>
      </details>
    </>
  )
}
