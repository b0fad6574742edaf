import type { Execution } from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { Timestamp } from '../../ui/timestamp.tsx'

/** The run of the visitor that another one begins with; null where the address names none that they have. */
export async function earlierRun(id: string | undefined): Promise<Execution | null> {
  if (id === undefined) return null
  const client = await serverClient()
  try {
    return await client.executions.get({ params: { id } })
  } catch (error) {
    if (error instanceof ApiProblem && error.status < 500) return null
    throw error
  }
}

/** Says where the values in the form come from, and what did not come along. */
export function EarlierRunNote({ run, takesFiles }: { run: Execution; takesFiles: boolean }) {
  return (
    <p className="pb-6 text-sm text-soft">
      Filled in as for the{' '}
      <Link href={paths.execution(run.id)} className="link">
        run of <Timestamp at={run.createdAt} withTime />
      </Link>
      .{takesFiles && ' Files have to be chosen again.'}
    </p>
  )
}
