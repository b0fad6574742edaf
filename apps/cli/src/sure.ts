import { confirm } from './ask.ts'
import { Failure } from './failures.ts'
import type { Session } from './session.ts'

/** Goes on only after a clear yes, given on the command line or on the terminal. Throws a Failure else. */
export async function makeSure(session: Session, question: string, isSure: boolean): Promise<void> {
  if (isSure) return
  if (!session.canAsk)
    throw new Failure('This asks for a confirmation, and there is no terminal to ask on', {
      remedy: 'Add --yes where you are sure.',
    })
  if (!(await confirm(session, question))) throw new Failure('Not confirmed; nothing was changed')
}
