import type { Metadata } from 'next'
import { Link } from '../../../lib/link.tsx'
import { RunOrigin } from '../../../features/executions/run-origin.tsx'
import { RunView } from '../../../features/executions/run-view.tsx'
import type { PageProps } from '../../../lib/page-props.ts'
import { executionAt, titledBy } from '../../../lib/page-things.ts'
import { paths } from '../../../lib/paths.ts'
import { requireUser } from '../../../lib/session.ts'
import { buttonClass } from '../../../ui/button.tsx'
import { Mono } from '../../../ui/mono.tsx'
import { PageHeading } from '../../../ui/page-heading.tsx'
import { Timestamp } from '../../../ui/timestamp.tsx'

type Props = PageProps<{ id: string }>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params
  return titledBy(executionAt(id), ({ skill, action }) => `Run of ${skill} ${action}`, 'Run')
}

export default async function ExecutionPage({ params }: Props) {
  const { id } = await params
  await requireUser(paths.execution(id))
  const execution = await executionAt(id)
  const { installationId, draftId, action } = execution
  const query = { action, again: id }
  const again = installationId ? paths.run(installationId, query) : draftId ? paths.draft(draftId, query) : null
  return (
    <>
      <PageHeading
        title={<Mono className="text-xl!">{action}</Mono>}
        lead={
          <>
            <RunOrigin run={execution} />, <Timestamp at={execution.createdAt} withTime />
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
