import type { PermissionStatement } from '@guildhall/contracts'
import { confirm } from './ask.ts'
import { Failure } from './failures.ts'
import { permissionLines } from './output/permission-lines.ts'
import type { Session } from './session.ts'

interface ConsentQuestion {
  title: string
  statements: readonly PermissionStatement[]
  question: string
  /** The user said yes on the command line. */
  isAccepted: boolean
}

/** Shows permissions in words and asks. Throws a Failure unless the answer is a clear yes. */
export async function askConsent(session: Session, asked: ConsentQuestion): Promise<void> {
  session.note(session.paint.bold(asked.title))
  for (const line of permissionLines(asked.statements, session.paint)) session.note(line)
  if (asked.isAccepted) return
  if (!session.canAsk)
    throw new Failure('Nobody consented to the permissions, and there is no terminal to ask on', {
      remedy: 'Read them with `guildhall info`, then add --yes.',
    })
  if (!(await confirm(session, asked.question))) throw new Failure('Not accepted; nothing was changed')
}
